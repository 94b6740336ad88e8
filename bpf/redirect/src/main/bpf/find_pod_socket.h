/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/* Tells the short-cut about the sockets of pods that open connections to the proxy, or accept its own. */
#pragma once

#include "kernel.h"
#include "maps.h"
#include "parse.h"
#include "pod_sockets.h"

#define O_NONBLOCK 0x800

/*
 * Whether calls on a socket, and on those that it accepts, don't wait. One whose calls do wait stays out of the map:
 * in it a call that receives ends with EAGAIN when it is woken by anything but data or the end of the stream
 * (tcp_bpf_recvmsg), say by a reset, or because there is room to send again.
 */
static __always_inline bool is_non_blocking(struct bpf_sock *sk)
{
	struct tcp_sock *tcp = bpf_skc_to_tcp_sock(sk);

	return tcp && ((struct sock *)tcp)->sk_socket->file->f_flags & O_NONBLOCK;
}

/*
 * Looks where the answer to a segment would go: for the socket in the namespace behind the interface of the pod that
 * sent it. For a SYN that is the socket that connects, for a SYN-ACK the one that listens. One that isn't found, say
 * because its addresses are translated on the way, does without the short-cut.
 *
 * A function of its own for the verifier, which looks at it once and not at each place that calls it.
 */
__attribute__((noinline)) int find_pod_socket(struct __sk_buff *skb, const struct packet *packet)
{
	struct bpf_sock_tuple tuple = {};
	struct pod_socket known = {};
	struct pod_socket *stored;
	struct endpoint *pod;
	struct peer *peer;
	struct bpf_sock *sk;
	__u32 ifindex;

	if (!packet)
		return 0;
	peer = find_peer(&packet->source);
	if (!peer || !peer->ifindex)
		return 0;
	ifindex = peer->ifindex;
	pod = bpf_map_lookup_elem(&endpoints, &ifindex);
	if (!pod || pod->namespace < 0)
		return 0;
	if (packet->ipv6) {
		__builtin_memcpy(tuple.ipv6.saddr, packet->destination.word, sizeof(tuple.ipv6.saddr));
		__builtin_memcpy(tuple.ipv6.daddr, packet->source.word, sizeof(tuple.ipv6.daddr));
		tuple.ipv6.sport = packet->destination_port;
		tuple.ipv6.dport = packet->source_port;
		sk = bpf_sk_lookup_tcp(skb, &tuple, sizeof(tuple.ipv6), pod->namespace, 0);
	} else {
		tuple.ipv4.saddr = packet->destination.word[3];
		tuple.ipv4.daddr = packet->source.word[3];
		tuple.ipv4.sport = packet->destination_port;
		tuple.ipv4.dport = packet->source_port;
		sk = bpf_sk_lookup_tcp(skb, &tuple, sizeof(tuple.ipv4), pod->namespace, 0);
	}
	if (!sk)
		return 0;
	if (is_non_blocking(sk)) {
		known.ifindex = ifindex;
		stored = bpf_sk_storage_get(&pod_sockets, sk, &known, BPF_SK_STORAGE_GET_F_CREATE);
		if (stored)
			stored->ifindex = ifindex;
	} else {
		bpf_sk_storage_delete(&pod_sockets, sk);
	}
	bpf_sk_release(sk);
	return 0;
}
