/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/* What becomes of a packet that enters or leaves a pod: the same for both hooks. */
#pragma once

#include "conntrack.h"
#include "fragment.h"
#include "judge.h"
#include "maps.h"
#include "owner.h"
#include "parse.h"
#include "report.h"

enum fate {
	PASS,
	DROP,
	STEER, /* to the proxy; it opens a TCP connection, or is a datagram */
	RESET, /* dropped, and its sender is told: its connection can't go on, for it can't be handed to the proxy any more */
};

/* The directions that a packet may have been opened in: the second counts where nothing allows the first. */
struct openers {
	enum direction first;
	enum direction second; /* the same if there is no other */
};

/*
 * For a TCP segment amid a connection that is not known: it was open before the programs were, or was forgotten for want
 * of room. It passes where the connection could have been opened, in either direction that is judged. Where its own
 * direction is not, clients have the higher port: so nothing that was refused lives on by its answers.
 */
static __always_inline struct openers guess_openers(const struct endpoint *endpoint, enum direction hook,
						    const struct packet *packet)
{
	enum direction other = opposite(hook);
	struct openers openers = { hook, hook };

	if (!judges(endpoint, other))
		return openers;
	if (judges(endpoint, hook))
		openers.second = other;
	else if (bpf_ntohs(packet->source_port) < bpf_ntohs(packet->destination_port))
		openers.first = openers.second = other;
	return openers;
}

static __always_inline struct openers find_openers(const struct endpoint *endpoint, enum direction hook,
						   const struct packet *packet, const struct conntrack *known)
{
	struct openers openers = { hook, hook };

	if (packet->opens)
		return openers;
	if (known) {
		openers.first = known->direction;
		/* A datagram of a connection that is not allowed any more may be the first of another. */
		if (is_stream(packet))
			openers.second = openers.first;
		return openers;
	}
	return packet->protocol == IPPROTO_TCP ? guess_openers(endpoint, hook, packet) : openers;
}

/* Where what a connection's opener sends comes from, seen from a packet that may go the other way. */
static __always_inline struct origin opener_origin(enum direction direction, enum direction hook,
						   const struct conntrack *known, const struct origin *origin)
{
	struct origin remembered = {};

	if (direction == hook)
		return *origin;
	if (known) {
		remembered.device = known->device;
		remembered.host = known->host;
	}
	return remembered;
}

/* Whether an ICMP error is about a connection that is known and still allowed. */
static __always_inline bool is_about_allowed(struct __sk_buff *skb, const struct endpoint *endpoint,
					     enum direction hook, const struct packet *error, __u64 now)
{
	struct conntrack_key key = {};
	struct conntrack *known;
	struct origin origin = {};
	__u8 action;

	if (!make_inner_key(skb, &key, skb->ifindex, hook, error))
		return false;
	known = find_connection(&key, now);
	if (!known)
		return false;
	origin.device = known->device;
	origin.host = known->host;
	action = judge(endpoint, known->direction, &key, &origin).action;
	return action == ACTION_ALLOW || (action == ACTION_STEER_OR_PASS && known->unproxied);
}

/* Whether a segment repeats the opening of a connection, or belongs to one, by a verdict that still stands. */
static __always_inline bool is_settled(const struct conntrack *known, enum direction hook, const struct packet *packet,
				       const struct origin *origin, __u32 revision)
{
	if (packet->opens && is_stream(packet) && (known->state != OPENING || known->direction != hook))
		return false;
	/* That one datagram got past a proxy that was not there says nothing of the next. */
	if (known->unproxied && known->direction == hook && !is_stream(packet))
		return false;
	return stands(known, hook, origin, revision);
}

/* A datagram is judged by itself, and so steered by itself. */
static __always_inline bool can_be_steered(const struct packet *packet, enum direction hook)
{
	if (packet->fragment)
		return false;
	return (packet->protocol == IPPROTO_UDP && hook == EGRESS) || (packet->protocol == IPPROTO_TCP && packet->opens);
}

static __always_inline enum fate decide_connection(struct __sk_buff *skb, const struct endpoint *endpoint,
						   enum direction hook, const struct packet *packet,
						   const struct origin *origin, __u64 now,
						   struct verdict *result)
{
	__u32 ifindex = skb->ifindex, zero = 0;
	__u32 *current = bpf_map_lookup_elem(&revision, &zero);
	struct conntrack_key key = {};
	struct openers openers;
	enum direction direction;
	struct verdict verdict, other;
	struct conntrack *known;
	struct origin opener;

	if (!current)
		return DROP;
	make_key(&key, ifindex, hook, packet);
	known = find_connection(&key, now);
	if (known && is_settled(known, hook, packet, origin, *current)) {
		touch(known, hook, packet, now);
		return PASS;
	}
	if (!known && is_icmp(packet) && is_echo_reply(packet)) {
		/* It answers nothing: judged as what it is. */
		key.icmp_type = packet->icmp_type;
		key.icmp_opener = hook;
	}
	openers = find_openers(endpoint, hook, packet, known);
	direction = openers.first;
	opener = opener_origin(direction, hook, known, origin);
	verdict = judge(endpoint, direction, &key, &opener);
	if (verdict.action == ACTION_NONE && openers.second != direction) {
		opener = opener_origin(openers.second, hook, known, origin);
		other = judge(endpoint, openers.second, &key, &opener);
		if (other.action == ACTION_ALLOW) {
			verdict = other;
			direction = openers.second;
		}
	}
	*result = verdict;
	if (verdict.action == ACTION_STEER || verdict.action == ACTION_STEER_OR_PASS) {
		bool needed = !verdict.audited && verdict.action == ACTION_STEER;
		bool steerable = can_be_steered(packet, hook);

		if (steerable && (needed || is_listening(packet, hook)))
			return STEER;
		/* What can't be steered must not get past a proxy that may be there; for the sake of an audit it may. */
		verdict.reason = REASON_NO_PROXY;
		verdict.action = verdict.audited || steerable ? ACTION_ALLOW : ACTION_STEER;
		verdict.unproxied = steerable && !verdict.audited;
		verdict.audited = false;
	}
	if (verdict.action == ACTION_STEER && packet->protocol == IPPROTO_TCP && !packet->opens)
		/* It was open before it had to be steered, or the proxy has closed it: nobody's news. */
		return packet->acknowledges && !packet->resets && !packet->fragment ? RESET : DROP;
	if (verdict.action != ACTION_ALLOW) {
		report(ifindex, endpoint, hook, direction, packet, &verdict, false);
		return DROP;
	}
	if (known && direction == known->direction && !packet->opens) {
		/* Judged anew, and allowed again: the same connection. */
		if (verdict.audited && !known->audited)
			report(ifindex, endpoint, hook, direction, packet, &verdict, true);
		known->audited = verdict.audited;
		known->unproxied = verdict.unproxied;
		known->rule = verdict.rule;
		if (direction == hook && direction == INGRESS) {
			known->device = origin->device;
			known->host = origin->host;
		}
		known->revision = *current;
		touch(known, hook, packet, now);
		return PASS;
	}
	remember(&key, direction, hook, &opener, packet, &verdict, *current, now);
	if (judges(endpoint, direction))
		report(ifindex, endpoint, hook, direction, packet, &verdict, true);
	return PASS;
}

/* What becomes of a packet that no socket of the proxy owns; one that is steered gets a verdict that says so. */
static __always_inline enum fate decide(struct __sk_buff *skb, const struct endpoint *endpoint, enum direction hook,
					enum kind kind, const struct packet *packet, const struct origin *origin,
					struct verdict *verdict)
{
	__u64 now = bpf_ktime_get_coarse_ns();
	__u32 ifindex = skb->ifindex;
	enum fate fate;

	switch (kind) {
	case NEIGHBOUR:
		return PASS;
	case UNKNOWN:
		if (!enforces(endpoint, hook))
			return PASS;
		report_refusal(ifindex, endpoint, hook, packet, REASON_NOT_PARSED);
		return DROP;
	case LATER_FRAGMENT:
		if (!enforces(endpoint, hook) || is_expected(ifindex, hook, packet, now))
			return PASS;
		report_refusal(ifindex, endpoint, hook, packet, REASON_FRAGMENT);
		return DROP;
	case ICMP_ERROR:
		if (is_about_allowed(skb, endpoint, hook, packet, now))
			return PASS;
		break;
	case PACKET:
		break;
	}
	fate = decide_connection(skb, endpoint, hook, packet, origin, now, verdict);
	if (fate == PASS && packet->fragment)
		expect_more(ifindex, hook, packet, now);
	return fate;
}
