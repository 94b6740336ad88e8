/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/* The end of a connection that can't go on: whoever sends its next segment gets a reset, as from a closed port. */
#pragma once

#include "marks.h"
#include "parse.h"

#define RESET_HOP_LIMIT 64

struct reset_v4 {
	struct iphdr ip;
	struct tcphdr tcp;
};

struct reset_v6 {
	struct ipv6hdr ip;
	struct tcphdr tcp;
};

/* What a checksum of TCP covers beside the segment. An IPv4 address in our form adds nothing to what it should. */
struct pseudo_header {
	struct address source;
	struct address destination;
	__be32 protocol_and_length;
};

static __always_inline __sum16 folded(__s64 sum)
{
	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	return ~sum;
}

/* The answer to a segment that has an ACK: RFC 9293, 3.10.7.1. */
static __always_inline void make_reset(const struct packet *packet, struct tcphdr *tcp)
{
	struct pseudo_header pseudo = {
		.source = packet->destination,
		.destination = packet->source,
		.protocol_and_length = bpf_htonl(IPPROTO_TCP << 16 | sizeof(*tcp)),
	};
	__s64 sum;

	tcp->source = packet->destination_port;
	tcp->dest = packet->source_port;
	tcp->seq = packet->acknowledged;
	tcp->doff = sizeof(*tcp) / 4;
	tcp->rst = 1;
	sum = bpf_csum_diff(NULL, 0, (__be32 *)&pseudo, sizeof(pseudo), 0);
	tcp->check = folded(bpf_csum_diff(NULL, 0, (__be32 *)tcp, sizeof(*tcp), sum));
}

static __always_inline long put_v4(struct __sk_buff *skb, const struct packet *packet)
{
	struct reset_v4 reset = {
		.ip = {
			.version = 4,
			.ihl = sizeof(reset.ip) / 4,
			.tot_len = bpf_htons(sizeof(reset)),
			.ttl = RESET_HOP_LIMIT,
			.protocol = IPPROTO_TCP,
			.saddr = packet->destination.word[3],
			.daddr = packet->source.word[3],
		},
	};

	reset.ip.check = folded(bpf_csum_diff(NULL, 0, (__be32 *)&reset.ip, sizeof(reset.ip), 0));
	make_reset(packet, &reset.tcp);
	return bpf_skb_change_tail(skb, ETH_HLEN + sizeof(reset), 0) ?:
	       bpf_skb_store_bytes(skb, ETH_HLEN, &reset, sizeof(reset), BPF_F_RECOMPUTE_CSUM);
}

static __always_inline long put_v6(struct __sk_buff *skb, const struct packet *packet)
{
	struct reset_v6 reset = {
		.ip = {
			.version = 6,
			.payload_len = bpf_htons(sizeof(reset.tcp)),
			.nexthdr = IPPROTO_TCP,
			.hop_limit = RESET_HOP_LIMIT,
		},
	};

	__builtin_memcpy(&reset.ip.saddr, &packet->destination, sizeof(reset.ip.saddr));
	__builtin_memcpy(&reset.ip.daddr, &packet->source, sizeof(reset.ip.daddr));
	make_reset(packet, &reset.tcp);
	return bpf_skb_change_tail(skb, ETH_HLEN + sizeof(reset), 0) ?:
	       bpf_skb_store_bytes(skb, ETH_HLEN, &reset, sizeof(reset), BPF_F_RECOMPUTE_CSUM);
}

/*
 * Turns a segment into the reset that answers it, and sends that back by the interface where we met it: with
 * BPF_F_INGRESS as if the pod had sent it, so that it is routed or bridged to wherever the sender is.
 */
static __noinline int answer_with_reset(struct __sk_buff *skb, const struct packet *packet, __u64 way)
{
	struct ethhdr ethernet, back;

	if (bpf_skb_load_bytes(skb, 0, &ethernet, sizeof(ethernet)))
		return TC_ACT_SHOT;
	__builtin_memcpy(back.h_dest, ethernet.h_source, sizeof(back.h_dest));
	__builtin_memcpy(back.h_source, ethernet.h_dest, sizeof(back.h_source));
	back.h_proto = ethernet.h_proto;
	if (packet->ipv6 ? put_v6(skb, packet) : put_v4(skb, packet))
		return TC_ACT_SHOT;
	if (bpf_skb_store_bytes(skb, 0, &back, sizeof(back), BPF_F_RECOMPUTE_CSUM))
		return TC_ACT_SHOT;
	skb->mark = MARK_RESET;
	return bpf_redirect(skb->ifindex, way);
}
