/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/* Whether a segment belongs to a socket of the proxy, and how it gets there. */
#pragma once

#include "find_pod_socket.h"
#include "maps.h"
#include "marks.h"
#include "parse.h"

enum owner {
	NOBODY,
	LINGERING, /* TIME_WAIT: the stack finds it by itself, and it can't be assigned */
	OPENING_SOCKET, /* has answered a SYN: a request socket, which has no mark to look at */
	PROXY, /* an open connection of the proxy; its mark says which kind */
};

/* In <linux/bpf.h> only as an enum of state names; these are the ABI of /proc/net/tcp too. */
#define TCP_STATE_ESTABLISHED 1 /* of a UDP socket: connected */
#define TCP_STATE_SYN_SENT 2
#define TCP_STATE_TIME_WAIT 6
#define TCP_STATE_LISTEN 10
#define TCP_STATE_NEW_SYN_RECV 12

static __always_inline enum owner owner_kind(struct bpf_sock *sk, __u32 *mark)
{
	struct bpf_sock *full;

	switch (sk->state) {
	case TCP_STATE_LISTEN:
		return NOBODY;
	case TCP_STATE_TIME_WAIT:
		return LINGERING;
	case TCP_STATE_NEW_SYN_RECV:
		return OPENING_SOCKET;
	}
	full = bpf_sk_fullsock(sk);
	if (!full)
		return NOBODY;
	*mark = full->mark & MARK_MASK;
	/* An ordinary socket of the node, say its kubelet's: routing leads to it without us. */
	return (*mark & MARK_PROXY_BITS) == MARK_PROXY ? PROXY : NOBODY;
}

static __always_inline void set_tuple(struct bpf_sock_tuple *tuple, const struct packet *packet)
{
	if (packet->ipv6) {
		__builtin_memcpy(tuple->ipv6.saddr, packet->source.word, sizeof(tuple->ipv6.saddr));
		__builtin_memcpy(tuple->ipv6.daddr, packet->destination.word, sizeof(tuple->ipv6.daddr));
		tuple->ipv6.sport = packet->source_port;
		tuple->ipv6.dport = packet->destination_port;
	} else {
		tuple->ipv4.saddr = packet->source.word[3];
		tuple->ipv4.daddr = packet->destination.word[3];
		tuple->ipv4.sport = packet->source_port;
		tuple->ipv4.dport = packet->destination_port;
	}
}

/* The socket in the device's namespace whose connection a segment is of, referenced; or a listener, or NULL. */
static __always_inline struct bpf_sock *look_up(struct __sk_buff *skb, const struct packet *packet)
{
	struct bpf_sock_tuple tuple = {};

	set_tuple(&tuple, packet);
	/* Told apart here, because the verifier wants to see the size as a constant. */
	if (packet->ipv6)
		return bpf_skc_lookup_tcp(skb, &tuple, sizeof(tuple.ipv6), BPF_F_CURRENT_NETNS, 0);
	return bpf_skc_lookup_tcp(skb, &tuple, sizeof(tuple.ipv4), BPF_F_CURRENT_NETNS, 0);
}

/*
 * The socket of the proxy that has asked a server for a client, referenced, if a datagram may be the answer; or NULL.
 * Connected, so it is that server's; one that is bound to a server's address to answer for it receives nothing.
 */
static __always_inline struct bpf_sock *look_up_asker(struct __sk_buff *skb, const struct packet *packet)
{
	struct bpf_sock_tuple tuple = {};
	struct bpf_sock *sk;

	set_tuple(&tuple, packet);
	if (packet->ipv6)
		sk = bpf_sk_lookup_udp(skb, &tuple, sizeof(tuple.ipv6), BPF_F_CURRENT_NETNS, 0);
	else
		sk = bpf_sk_lookup_udp(skb, &tuple, sizeof(tuple.ipv4), BPF_F_CURRENT_NETNS, 0);
	if (!sk)
		return NULL;
	if (sk->state == TCP_STATE_ESTABLISHED && (sk->mark & MARK_MASK) == MARK_UPSTREAM_EGRESS)
		return sk;
	bpf_sk_release(sk);
	return NULL;
}

static __always_inline bool has_asker(struct __sk_buff *skb, const struct packet *packet)
{
	struct bpf_sock *asker = look_up_asker(skb, packet);

	if (!asker)
		return false;
	bpf_sk_release(asker);
	return true;
}

/* Looks for the socket that a segment belongs to, in the namespace of the device. `mark` is set for PROXY. */
static __noinline enum owner find_owner(struct __sk_buff *skb, struct packet *packet, __u32 *mark)
{
	struct bpf_sock *sk = look_up(skb, packet);
	enum owner owner;

	if (!sk)
		return NOBODY;
	owner = owner_kind(sk, mark);
	bpf_sk_release(sk);
	return owner;
}

/* Hands a packet to into_proxy; `mark` tells it which way the packet went. */
static __always_inline int into_proxy_device(struct __sk_buff *skb, __u32 mark)
{
	skb->mark = mark;
	return bpf_redirect(settings.into_proxy_ifindex, BPF_F_INGRESS);
}

/* Marks a packet so that routing delivers it here, whatever its destination. */
static __always_inline int to_stack(struct __sk_buff *skb)
{
	skb->mark = MARK_STEERED;
	return TC_ACT_OK;
}

/*
 * Delivers a segment to the socket it belongs to, and says with TC_ACT_UNSPEC that there is none.
 * An OPENING_SOCKET of the node itself is delivered to as well: its address is the node's, so nothing changes.
 */
static __always_inline int to_owner(struct __sk_buff *skb, struct packet *packet, enum owner *owner)
{
	struct bpf_sock *sk = look_up(skb, packet);
	int verdict = TC_ACT_UNSPEC;
	__u32 mark = 0;

	*owner = NOBODY;
	if (!sk)
		return verdict;
	*owner = owner_kind(sk, &mark);
	if (settings.short_cut && *owner == PROXY && sk->state == TCP_STATE_SYN_SENT)
		find_pod_socket(skb, packet);
	if (*owner == OPENING_SOCKET || *owner == PROXY)
		verdict = bpf_sk_assign(skb, sk, 0) ? TC_ACT_SHOT : to_stack(skb);
	else if (*owner == LINGERING && !packet->opens)
		verdict = to_stack(skb);
	bpf_sk_release(sk);
	return verdict;
}

/* Delivers a datagram to the socket that it is the answer for; without one it is dropped. */
static __always_inline int to_asker(struct __sk_buff *skb, const struct packet *packet)
{
	struct bpf_sock *asker = look_up_asker(skb, packet);
	int failed;

	if (!asker)
		return TC_ACT_SHOT;
	failed = bpf_sk_assign(skb, asker, 0);
	bpf_sk_release(asker);
	return failed ? TC_ACT_SHOT : to_stack(skb);
}

static __always_inline struct bpf_sock *find_listener(const struct packet *packet, enum direction direction)
{
	__u32 slot = direction * 2 + packet->ipv6;

	if (packet->protocol == IPPROTO_UDP)
		slot += UDP_LISTENERS;
	return bpf_map_lookup_elem(&listeners, &slot);
}

/* Whether the proxy is there for what is opened in a direction. */
static __always_inline bool is_listening(const struct packet *packet, enum direction direction)
{
	struct bpf_sock *listener = find_listener(packet, direction);
	bool listening;

	if (!listener)
		return false;
	/* One that was shut down stays in the map as long as somebody holds it; one of UDP needs no other state. */
	listening = packet->protocol == IPPROTO_UDP || listener->state == TCP_STATE_LISTEN;
	bpf_sk_release(listener);
	return listening;
}

/*
 * Delivers a SYN or a datagram to the listener of its direction; without one it is dropped.
 *
 * Where an earlier connection with the same addresses and ports still lingers, the kernel would throw away the SYN
 * of an assigned listener. Unassigned, it meets the lingering socket, whose ACK makes the client reset that and
 * send its SYN again (RFC 9293, 3.10.7.3).
 */
static __always_inline int to_listener(struct __sk_buff *skb, struct packet *packet, enum direction direction,
				       enum owner owner)
{
	struct bpf_sock *listener;
	int failed;

	if (owner == LINGERING)
		return to_stack(skb);
	listener = find_listener(packet, direction);
	if (!listener)
		return TC_ACT_SHOT;
	if (settings.short_cut)
		find_pod_socket(skb, packet);
	failed = bpf_sk_assign(skb, listener, 0);
	bpf_sk_release(listener);
	return failed ? TC_ACT_SHOT : to_stack(skb);
}
