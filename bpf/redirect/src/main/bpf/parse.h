/* SPDX-License-Identifier: Apache-2.0 */
/* From a frame to what the verdict needs. Reads by copy, so that it works on packets of any shape. */
#pragma once

#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/tcp.h>
#include <stdbool.h>

#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

enum kind {
	UNKNOWN, /* can't be judged: dropped in an enforced direction */
	UNJUDGED, /* ARP, UDP, ICMP, SCTP: passes */
	SEGMENT, /* TCP, whole, with a tuple */
};

struct packet {
	struct bpf_sock_tuple tuple;
	bool ipv6;
	bool syn; /* opens a connection: SYN without ACK */
};

#define MAX_EXTENSION_HEADERS 6

#define IP_MORE_FRAGMENTS 0x2000
#define IP_FRAGMENT_OFFSET 0x1fff
#define IP6_FRAGMENT_OFFSET 0xfff8

struct extension {
	__u8 next;
	__u8 length;
	__be16 fragment_offset; /* in a fragment header only */
};

static __always_inline enum kind parse_tcp(struct __sk_buff *skb, __u32 offset, struct packet *packet)
{
	struct tcphdr tcp;

	if (bpf_skb_load_bytes(skb, offset, &tcp, sizeof(tcp)) || tcp.doff < 5)
		return UNKNOWN;
	packet->syn = tcp.syn && !tcp.ack;
	if (packet->ipv6) {
		packet->tuple.ipv6.sport = tcp.source;
		packet->tuple.ipv6.dport = tcp.dest;
	} else {
		packet->tuple.ipv4.sport = tcp.source;
		packet->tuple.ipv4.dport = tcp.dest;
	}
	return SEGMENT;
}

static __always_inline enum kind parse_ipv4(struct __sk_buff *skb, struct packet *packet)
{
	struct iphdr ip;

	if (bpf_skb_load_bytes(skb, ETH_HLEN, &ip, sizeof(ip)) || ip.version != 4 || ip.ihl < 5)
		return UNKNOWN;
	switch (ip.protocol) {
	case IPPROTO_UDP:
	case IPPROTO_ICMP:
	case IPPROTO_SCTP:
		return UNJUDGED;
	case IPPROTO_TCP:
		break;
	default:
		return UNKNOWN;
	}
	/* A fragment of TCP may hide its ports or flags from us and show them to the receiver. */
	if (ip.frag_off & bpf_htons(IP_MORE_FRAGMENTS | IP_FRAGMENT_OFFSET))
		return UNKNOWN;
	packet->ipv6 = false;
	packet->tuple.ipv4.saddr = ip.saddr;
	packet->tuple.ipv4.daddr = ip.daddr;
	return parse_tcp(skb, ETH_HLEN + ip.ihl * 4, packet);
}

/* ::ffff:0:0/96 is how we write IPv4 addresses; on the wire it would pass for one of them. */
static __always_inline bool is_v4_mapped(const struct in6_addr *address)
{
	return !address->in6_u.u6_addr32[0] && !address->in6_u.u6_addr32[1] &&
	       address->in6_u.u6_addr32[2] == bpf_htonl(0xffff);
}

static __always_inline enum kind parse_ipv6(struct __sk_buff *skb, struct packet *packet)
{
	__u32 offset = ETH_HLEN + sizeof(struct ipv6hdr);
	struct extension extension;
	struct ipv6hdr ip;
	bool fragment = false;
	__u8 next;

	if (bpf_skb_load_bytes(skb, ETH_HLEN, &ip, sizeof(ip)) || ip.version != 6)
		return UNKNOWN;
	if (is_v4_mapped(&ip.saddr) || is_v4_mapped(&ip.daddr))
		return UNKNOWN;
	next = ip.nexthdr;
	/* One more turn than headers: the last one looks at what follows them. */
	for (int i = 0; i <= MAX_EXTENSION_HEADERS; i++) {
		switch (next) {
		case IPPROTO_UDP:
		case IPPROTO_ICMPV6:
		case IPPROTO_SCTP:
			return UNJUDGED;
		case IPPROTO_TCP:
			if (fragment)
				return UNKNOWN;
			packet->ipv6 = true;
			__builtin_memcpy(packet->tuple.ipv6.saddr, &ip.saddr, sizeof(ip.saddr));
			__builtin_memcpy(packet->tuple.ipv6.daddr, &ip.daddr, sizeof(ip.daddr));
			return parse_tcp(skb, offset, packet);
		case IPPROTO_HOPOPTS:
		case IPPROTO_ROUTING:
		case IPPROTO_DSTOPTS:
		case IPPROTO_FRAGMENT:
			break;
		default:
			return UNKNOWN;
		}
		/* A later fragment starts in the middle of something: nothing behind its header is a header. */
		if (fragment && (extension.fragment_offset & bpf_htons(IP6_FRAGMENT_OFFSET)))
			return UNKNOWN;
		if (bpf_skb_load_bytes(skb, offset, &extension, sizeof(extension)))
			return UNKNOWN;
		if (next == IPPROTO_FRAGMENT) {
			/* RFC 8200, 4.5: one fragment header at most. */
			if (fragment)
				return UNKNOWN;
			fragment = true;
			offset += 8;
		} else {
			if (fragment)
				return UNKNOWN;
			offset += (extension.length + 1) * 8;
		}
		next = extension.next;
	}
	return UNKNOWN;
}

static __always_inline enum kind parse(struct __sk_buff *skb, struct packet *packet)
{
	__u32 tagged = skb->vlan_present;
	__u32 protocol = skb->protocol;

	/* A priority tag (VLAN 0) is ignored by the receiver, so what it hides would arrive unjudged. */
	if (tagged)
		return UNKNOWN;
	switch (protocol) {
	case bpf_htons(ETH_P_ARP):
		return UNJUDGED;
	case bpf_htons(ETH_P_IP):
		return parse_ipv4(skb, packet);
	case bpf_htons(ETH_P_IPV6):
		return parse_ipv6(skb, packet);
	default:
		return UNKNOWN;
	}
}
