/* SPDX-License-Identifier: Apache-2.0 */
/* Who the peer is, what the policy says about it, and the record of a refusal. */
#pragma once

#include "maps.h"
#include "parse.h"

#define REPORTS_A_SECOND 100
#define SECOND 1000000000ULL

/* The address as identities and events have it: 16 bytes, IPv4 v4-mapped. */
static __always_inline void address(const struct packet *packet, bool destination, __u8 out[16])
{
	if (packet->ipv6) {
		__builtin_memcpy(out, destination ? packet->tuple.ipv6.daddr : packet->tuple.ipv6.saddr, 16);
		return;
	}
	__be32 v4 = destination ? packet->tuple.ipv4.daddr : packet->tuple.ipv4.saddr;

	__builtin_memset(out, 0, 10);
	out[10] = 0xff;
	out[11] = 0xff;
	__builtin_memcpy(out + 12, &v4, 4);
}

static __always_inline __be16 destination_port(const struct packet *packet)
{
	return packet->ipv6 ? packet->tuple.ipv6.dport : packet->tuple.ipv4.dport;
}

static __always_inline __be16 source_port(const struct packet *packet)
{
	return packet->ipv6 ? packet->tuple.ipv6.sport : packet->tuple.ipv4.sport;
}

/* The identity of the other side: of the source at ingress, of the destination at egress. */
static __always_inline __u32 identify(const struct packet *packet, enum direction direction)
{
	struct identity_key key = { .prefixlen = 128 };
	__u32 *identity;

	address(packet, direction == EGRESS, key.address);
	identity = bpf_map_lookup_elem(&identities, &key);
	return identity ? *identity : IDENTITY_WORLD;
}

static __always_inline __u32 judge(__u32 endpoint, enum direction direction, __u32 identity,
				   const struct packet *packet)
{
	struct policy_key key = {
		.prefixlen = POLICY_KEY_BITS,
		.endpoint = endpoint,
		.direction = direction,
		.protocol = IPPROTO_TCP,
		.identity = identity,
		.port = destination_port(packet),
	};
	__u32 *action = bpf_map_lookup_elem(&policy, &key);

	if (!action) {
		key.identity = IDENTITY_ANY;
		action = bpf_map_lookup_elem(&policy, &key);
	}
	return action ? *action : ACTION_NONE;
}

/*
 * Reports a refused SYN, or counts it when its endpoint had its share of this second. CPUs that start a new second
 * together may report a few more: the bound protects the reader, it need not be exact.
 */
static __always_inline void report(__u32 ifindex, __u32 endpoint, enum direction direction, __u32 identity,
				   enum reason reason, const struct packet *packet)
{
	struct refusals *refused = bpf_map_lookup_elem(&refusals, &ifindex);
	__u64 now = bpf_ktime_get_ns();
	struct event *event;

	if (!refused)
		return;
	if (now - refused->second_began >= SECOND) {
		refused->second_began = now;
		refused->reported = 0;
	}
	if (__sync_fetch_and_add(&refused->reported, 1) >= REPORTS_A_SECOND) {
		__sync_fetch_and_add(&refused->suppressed, 1);
		return;
	}
	event = bpf_ringbuf_reserve(&events, sizeof(*event), 0);
	if (!event) {
		__sync_fetch_and_add(&refused->suppressed, 1);
		return;
	}
	event->time = now;
	event->endpoint = endpoint;
	event->identity = identity;
	address(packet, false, event->source);
	address(packet, true, event->destination);
	event->source_port = source_port(packet);
	event->destination_port = destination_port(packet);
	event->direction = direction;
	event->reason = reason;
	event->zero = 0;
	bpf_ringbuf_submit(event, 0);
}
