/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/* From a frame to what the verdict needs. Reads by copy, so that it works on packets of any shape. */
#pragma once

#include <linux/bpf.h>
#include <linux/icmpv6.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/tcp.h>
#include <linux/udp.h>
#include <stdbool.h>

#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#include "address.h"

enum kind {
	UNKNOWN, /* can't be judged */
	NEIGHBOUR, /* ARP, or IPv6 neighbour and router discovery: what a pod can't live without */
	PACKET, /* has all that a verdict needs */
	ICMP_ERROR, /* the same, and may be about a connection: that of the packet that begins at `inner` */
	LATER_FRAGMENT, /* has addresses only */
};

struct packet {
	struct address source;
	struct address destination;
	__be16 source_port; /* ICMP echo: its id, in both; 0 where a protocol has none */
	__be16 destination_port;
	__u8 protocol;
	__u8 icmp_type;
	bool ipv6;
	bool addressed; /* has addresses, whatever its kind */
	bool fragment; /* one of several */
	bool opens; /* TCP: SYN without ACK. SCTP: INIT */
	bool finishes; /* TCP: FIN */
	bool resets; /* TCP: RST. SCTP: ABORT, SHUTDOWN COMPLETE */
	bool acknowledges; /* TCP: ACK */
	__be32 acknowledged;
	__be32 fragment_id;
	__u16 fragment_offset; /* in units of 8 bytes */
	__u32 inner;
};

#define MAX_EXTENSION_HEADERS 6

#define IP_MORE_FRAGMENTS 0x2000
#define IP_FRAGMENT_OFFSET 0x1fff
#define IP6_FRAGMENT_OFFSET 0xfff8
#define IP6_MORE_FRAGMENTS 0x0001

#define SCTP_INIT 1
#define SCTP_ABORT 6
#define SCTP_SHUTDOWN_COMPLETE 14

/* RFC 792; <linux/icmp.h> has them, and needs a C library. */
#define ICMP_ECHOREPLY 0
#define ICMP_DEST_UNREACH 3
#define ICMP_ECHO 8
#define ICMP_TIME_EXCEEDED 11
#define ICMP_PARAMETERPROB 12

/* Types without names in <linux/icmpv6.h>: RFC 4861, 4. */
#define ND_ROUTER_SOLICITATION 133
#define ND_NEIGHBOUR_ADVERTISEMENT 136
#define ND_HOP_LIMIT 255

struct extension {
	__u8 next;
	__u8 length;
	__be16 rest; /* fragment header: offset and flags; routing header: type and segments left */
};

struct sctp {
	__be16 source;
	__be16 dest;
	__be32 tag;
	__be32 checksum;
	__u8 chunk;
} __attribute__((packed));

/* ICMP and ICMPv6 alike. */
struct icmp {
	__u8 type;
	__u8 code;
	__be16 checksum;
	__be16 id; /* of an echo */
	__be16 sequence;
};

static __always_inline bool is_echo_request(const struct packet *packet)
{
	return packet->icmp_type == (packet->ipv6 ? ICMPV6_ECHO_REQUEST : ICMP_ECHO);
}

static __always_inline bool is_echo_reply(const struct packet *packet)
{
	return packet->icmp_type == (packet->ipv6 ? ICMPV6_ECHO_REPLY : ICMP_ECHOREPLY);
}

static __always_inline bool is_icmp(const struct packet *packet)
{
	return packet->protocol == (packet->ipv6 ? IPPROTO_ICMPV6 : IPPROTO_ICMP);
}

static __always_inline bool is_icmp_error(const struct packet *packet)
{
	__u8 type = packet->icmp_type;

	/* RFC 4443, 2.1, as far as assigned: 1 to 4. A redirect (RFC 792) is no error: it needs a rule. */
	if (packet->ipv6)
		return type >= ICMPV6_DEST_UNREACH && type <= ICMPV6_PARAMPROB;
	return type == ICMP_DEST_UNREACH || type == ICMP_TIME_EXCEEDED || type == ICMP_PARAMETERPROB;
}

static __always_inline enum kind parse_icmp(struct __sk_buff *skb, __u32 offset, struct packet *packet)
{
	struct icmp icmp;

	if (bpf_skb_load_bytes(skb, offset, &icmp, sizeof(icmp)))
		return UNKNOWN;
	packet->icmp_type = icmp.type;
	if (is_echo_request(packet) || is_echo_reply(packet)) {
		packet->source_port = icmp.id;
		packet->destination_port = icmp.id;
	}
	packet->inner = offset + sizeof(icmp);
	return is_icmp_error(packet) ? ICMP_ERROR : PACKET;
}

/* What follows the IP header and its extensions. */
static __always_inline enum kind parse_payload(struct __sk_buff *skb, __u32 offset, struct packet *packet)
{
	struct sctp sctp;
	struct tcphdr tcp;
	struct udphdr udp;

	switch (packet->protocol) {
	case IPPROTO_TCP:
		if (bpf_skb_load_bytes(skb, offset, &tcp, sizeof(tcp)) || tcp.doff < 5)
			return UNKNOWN;
		packet->source_port = tcp.source;
		packet->destination_port = tcp.dest;
		packet->opens = tcp.syn && !tcp.ack;
		packet->finishes = tcp.fin;
		packet->resets = tcp.rst;
		packet->acknowledges = tcp.ack;
		packet->acknowledged = tcp.ack_seq;
		return PACKET;
	case IPPROTO_UDP:
		if (bpf_skb_load_bytes(skb, offset, &udp, sizeof(udp)))
			return UNKNOWN;
		packet->source_port = udp.source;
		packet->destination_port = udp.dest;
		return PACKET;
	case IPPROTO_SCTP:
		if (bpf_skb_load_bytes(skb, offset, &sctp, sizeof(sctp)))
			return UNKNOWN;
		packet->source_port = sctp.source;
		packet->destination_port = sctp.dest;
		packet->opens = sctp.chunk == SCTP_INIT;
		packet->resets = sctp.chunk == SCTP_ABORT || sctp.chunk == SCTP_SHUTDOWN_COMPLETE;
		return PACKET;
	case IPPROTO_ICMP:
	case IPPROTO_ICMPV6:
		/* That of the other family has no meaning that we could judge. */
		return is_icmp(packet) ? parse_icmp(skb, offset, packet) : UNKNOWN;
	default:
		return PACKET;
	}
}

static __always_inline enum kind parse_ipv4(struct __sk_buff *skb, struct packet *packet)
{
	struct iphdr ip;

	if (bpf_skb_load_bytes(skb, ETH_HLEN, &ip, sizeof(ip)) || ip.version != 4 || ip.ihl < 5)
		return UNKNOWN;
	set_v4(&packet->source, ip.saddr);
	set_v4(&packet->destination, ip.daddr);
	packet->addressed = true;
	packet->protocol = ip.protocol;
	packet->fragment = ip.frag_off & bpf_htons(IP_MORE_FRAGMENTS | IP_FRAGMENT_OFFSET);
	packet->fragment_id = ip.id;
	packet->fragment_offset = bpf_ntohs(ip.frag_off) & IP_FRAGMENT_OFFSET;
	if (packet->fragment_offset)
		return LATER_FRAGMENT;
	return parse_payload(skb, ETH_HLEN + ip.ihl * 4, packet);
}

/* The fragment header at `offset`, of which only one may be: RFC 8200, 4.5. */
static __always_inline bool parse_fragment(struct __sk_buff *skb, __u32 offset, const struct extension *header,
					   struct packet *packet)
{
	__u16 flags = bpf_ntohs(header->rest);

	if (packet->fragment || bpf_skb_load_bytes(skb, offset + 4, &packet->fragment_id, sizeof(packet->fragment_id)))
		return false;
	packet->fragment = true;
	packet->fragment_offset = (flags & IP6_FRAGMENT_OFFSET) >> 3;
	return true;
}

/* Router and neighbour discovery as nobody forwards it: RFC 4861, 6.1 and 7.1. */
static __always_inline bool is_discovery(const struct ipv6hdr *ip, const struct packet *packet)
{
	return packet->icmp_type >= ND_ROUTER_SOLICITATION && packet->icmp_type <= ND_NEIGHBOUR_ADVERTISEMENT &&
	       ip->nexthdr == IPPROTO_ICMPV6 && ip->hop_limit == ND_HOP_LIMIT;
}

static __always_inline enum kind parse_ipv6(struct __sk_buff *skb, struct packet *packet)
{
	__u32 offset = ETH_HLEN + sizeof(struct ipv6hdr);
	struct extension extension;
	struct ipv6hdr ip;
	enum kind kind;
	__u8 next;

	if (bpf_skb_load_bytes(skb, ETH_HLEN, &ip, sizeof(ip)) || ip.version != 6)
		return UNKNOWN;
	packet->ipv6 = true;
	set_v6(&packet->source, &ip.saddr);
	set_v6(&packet->destination, &ip.daddr);
	packet->addressed = true;
	if (is_v4_mapped(&packet->source) || is_v4_mapped(&packet->destination))
		return UNKNOWN;
	next = ip.nexthdr;
	/* One more turn than headers: the last one looks at what follows them. */
	for (int i = 0; i <= MAX_EXTENSION_HEADERS; i++) {
		packet->protocol = next;
		if (next != IPPROTO_HOPOPTS && next != IPPROTO_ROUTING && next != IPPROTO_DSTOPTS &&
		    next != IPPROTO_FRAGMENT) {
			kind = parse_payload(skb, offset, packet);
			return kind == PACKET && is_icmp(packet) && is_discovery(&ip, packet) ? NEIGHBOUR : kind;
		}
		/* Options behind a fragment header would let the first fragment hide what the others hold. */
		if (packet->fragment || bpf_skb_load_bytes(skb, offset, &extension, sizeof(extension)))
			return UNKNOWN;
		if (next == IPPROTO_FRAGMENT) {
			if (!parse_fragment(skb, offset, &extension, packet))
				return UNKNOWN;
			packet->protocol = extension.next;
			if (packet->fragment_offset)
				return LATER_FRAGMENT;
			offset += 8;
		} else {
			/* With segments left, the destination is not where the packet ends. */
			if (next == IPPROTO_ROUTING && (bpf_ntohs(extension.rest) & 0xff))
				return UNKNOWN;
			offset += (extension.length + 1) * 8;
		}
		next = extension.next;
	}
	return UNKNOWN;
}

/*
 * What a packet is. A function of its own, and not static: so the verifier follows its ways once, whatever follows it,
 * and loads the programs in a tenth of the time. It wants to see that the pointer is looked at.
 */
__noinline enum kind parse(struct __sk_buff *skb, struct packet *packet)
{
	__u32 tagged = skb->vlan_present;
	__u32 protocol = skb->protocol;

	if (!packet)
		return UNKNOWN;
	/* A priority tag (VLAN 0) is ignored by the receiver, so what it hides would arrive unjudged. */
	if (tagged)
		return UNKNOWN;
	switch (protocol) {
	case bpf_htons(ETH_P_ARP):
		return NEIGHBOUR;
	case bpf_htons(ETH_P_IP):
		return parse_ipv4(skb, packet);
	case bpf_htons(ETH_P_IPV6):
		return parse_ipv6(skb, packet);
	default:
		return UNKNOWN;
	}
}

/* A segment that a socket can be looked up for. */
static __always_inline bool is_segment(enum kind kind, const struct packet *packet)
{
	return kind == PACKET && packet->protocol == IPPROTO_TCP && !packet->fragment;
}

/* The same of UDP. */
static __always_inline bool is_datagram(enum kind kind, const struct packet *packet)
{
	return kind == PACKET && packet->protocol == IPPROTO_UDP && !packet->fragment;
}
