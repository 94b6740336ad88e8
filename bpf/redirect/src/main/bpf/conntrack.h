/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/* Which connection a packet belongs to, and how long one is remembered. */
#pragma once

#include "judge.h"
#include "maps.h"
#include "parse.h"

#define SECONDS 1000000000ULL
#define TIMEOUT_OPENING (60 * SECONDS) /* nothing came back, or it is over */
#define TIMEOUT_DATAGRAMS (180 * SECONDS)
#define TIMEOUT_OPEN (6 * 3600 * SECONDS)
#define BOTH_CLOSED (1 << INGRESS | 1 << EGRESS)

static __always_inline enum direction opposite(enum direction direction)
{
	return direction == INGRESS ? EGRESS : INGRESS;
}

/* Whether only a packet that says so opens a connection of this protocol. */
static __always_inline bool is_stream(const struct packet *packet)
{
	return packet->protocol == IPPROTO_TCP || packet->protocol == IPPROTO_SCTP;
}

/* The key of the connection that a packet of a pod belongs to; an answer has that of what it answers. */
static __always_inline void make_key(struct conntrack_key *key, __u32 ifindex, enum direction hook,
				     const struct packet *packet)
{
	key->ifindex = ifindex;
	key->protocol = packet->protocol;
	key->local = hook == INGRESS ? packet->destination : packet->source;
	key->remote = hook == INGRESS ? packet->source : packet->destination;
	key->local_port = hook == INGRESS ? packet->destination_port : packet->source_port;
	key->remote_port = hook == INGRESS ? packet->source_port : packet->destination_port;
	if (!is_icmp(packet))
		return;
	key->icmp_type = packet->icmp_type;
	key->icmp_opener = hook;
	if (is_echo_reply(packet)) {
		key->icmp_type = packet->ipv6 ? ICMPV6_ECHO_REQUEST : ICMP_ECHO;
		key->icmp_opener = opposite(hook);
	}
}

static __always_inline __u64 timeout(const struct conntrack *known, __u8 protocol)
{
	if (known->state == OPENING || known->closed == BOTH_CLOSED)
		return TIMEOUT_OPENING;
	return protocol == IPPROTO_TCP || protocol == IPPROTO_SCTP ? TIMEOUT_OPEN : TIMEOUT_DATAGRAMS;
}

/* What is known of a connection, unless that is too old. */
static __always_inline struct conntrack *find_connection(const struct conntrack_key *key, __u64 now)
{
	struct conntrack *known = bpf_map_lookup_elem(&conntrack, key);

	/* Another CPU may have touched it after we took the time. */
	if (known && (__s64)(now - known->seen) > (__s64)timeout(known, key->protocol))
		return NULL;
	return known;
}

/* Whether the verdict on a connection still stands for a packet of it. */
static __always_inline bool stands(const struct conntrack *known, enum direction hook, const struct origin *origin,
				   __u32 revision)
{
	if (known->revision != revision)
		return false;
	/* Who opened it is known by the device, so that its later packets have to come the same way. */
	return hook != INGRESS || known->direction != INGRESS ||
	       (known->device == origin->device && known->host == origin->host);
}

/* Notes that another packet of a connection has passed. */
static __always_inline void touch(struct conntrack *known, enum direction hook, const struct packet *packet, __u64 now)
{
	/* Not for each packet: it would send the cache line from CPU to CPU. */
	if ((__s64)(now - known->seen) > (__s64)SECONDS)
		known->seen = now;
	if (known->state == OPENING && (is_stream(packet) ? !packet->opens : hook != known->direction))
		known->state = OPEN;
	if (packet->finishes && !(known->closed & 1 << hook))
		known->closed |= 1 << hook;
	if (packet->resets)
		known->closed = BOTH_CLOSED;
}

/* What the verdict on a connection was, for the packets that follow. */
static __always_inline void remember(const struct conntrack_key *key, enum direction direction, enum direction hook,
				     const struct origin *origin, const struct packet *packet,
				     const struct verdict *verdict, __u32 revision, __u64 now)
{
	bool from_without = direction == INGRESS && hook == INGRESS;
	struct conntrack connection = {
		.seen = now,
		.revision = revision,
		.device = from_without ? origin->device : 0,
		.rule = verdict->rule,
		.direction = direction,
		/* Not opened by this packet: it was open before we knew of it. */
		.state = is_stream(packet) && !packet->opens ? OPEN : OPENING,
		.host = from_without && origin->host,
		.audited = verdict->audited,
		.unproxied = verdict->unproxied,
	};

	bpf_map_update_elem(&conntrack, key, &connection, BPF_ANY);
}

struct inner_ports {
	__be16 source; /* ICMP echo: type and code */
	__be16 destination;
	__be16 id; /* of an ICMP echo */
};

/*
 * The key of the connection that an ICMP error is about, from the beginning of the packet that it holds; false if that
 * can't be told. That packet went the other way, so it names the pod as its source where the error enters the pod.
 */
static __always_inline bool make_inner_key(struct __sk_buff *skb, struct conntrack_key *key, __u32 ifindex,
					   enum direction hook, const struct packet *error)
{
	struct packet inner = { .ipv6 = error->ipv6 };
	__u32 offset = error->inner;
	struct inner_ports ports;
	struct ipv6hdr ip6;
	struct iphdr ip;

	if (error->ipv6) {
		/* With extension headers it can't be told; none is sent by what knows how to shorten a packet. */
		if (bpf_skb_load_bytes(skb, offset, &ip6, sizeof(ip6)))
			return false;
		set_v6(&inner.source, &ip6.saddr);
		set_v6(&inner.destination, &ip6.daddr);
		inner.protocol = ip6.nexthdr;
		offset += sizeof(ip6);
	} else {
		if (bpf_skb_load_bytes(skb, offset, &ip, sizeof(ip)) || ip.ihl < 5 ||
		    ip.frag_off & bpf_htons(IP_FRAGMENT_OFFSET))
			return false;
		set_v4(&inner.source, ip.saddr);
		set_v4(&inner.destination, ip.daddr);
		inner.protocol = ip.protocol;
		offset += ip.ihl * 4;
	}
	if (is_stream(&inner) || inner.protocol == IPPROTO_UDP || is_icmp(&inner)) {
		if (bpf_skb_load_bytes(skb, offset, &ports, sizeof(ports)))
			return false;
		inner.source_port = ports.source;
		inner.destination_port = ports.destination;
		if (is_icmp(&inner)) {
			inner.icmp_type = bpf_ntohs(ports.source) >> 8;
			inner.source_port = is_echo_request(&inner) || is_echo_reply(&inner) ? ports.id : 0;
			inner.destination_port = inner.source_port;
		}
	}
	make_key(key, ifindex, opposite(hook), &inner);
	return true;
}
