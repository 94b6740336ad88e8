/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/*
 * sk_msg of `ends`: what one end sends, before TCP has it.
 *
 * Hands it to the proxy's socket if that is the other end, or leaves it to TCP. Reads the kernel's own structs, at offsets that the loader
 * takes from the running kernel: no helper tells what a socket has read.
 */
#include <linux/bpf.h>

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>

#include "kernel.h"
#include "shortcut.h"

/* Flags in the lowest bits of sk_user_data, whichever there are. */
#define USER_DATA_FLAGS 7UL

/* TLS: a record that belongs to a handshake, of any version (RFC 8446, 5.1). */
#define TLS_HANDSHAKE 0x16
#define TLS_MAJOR 0x03

/* Whether nothing that came by the short-cut waits to be read. The socket is locked: nobody adds or removes any. */
static __always_inline bool is_drained(struct tcp_sock *tcp)
{
	unsigned long user_data = (unsigned long)((struct sock *)tcp)->sk_user_data;
	struct sk_psock *psock = (struct sk_psock *)(user_data & ~USER_DATA_FLAGS);
	struct list_head *first = 0;

	if (!psock || bpf_core_read(&first, sizeof(first), &psock->ingress_msg.next))
		return false;
	return first == __builtin_preserve_access_index(&psock->ingress_msg);
}

/* Whether a program may wait to be told that what it has sent is not needed any more: only TCP tells. */
static __always_inline bool is_zero_copy(struct tcp_sock *tcp)
{
	unsigned long flags = ((struct sock *)tcp)->__sk_common.skc_flags;

	return flags >> bpf_core_enum_value(enum sock_flags, SOCK_ZEROCOPY) & 1;
}

static __always_inline bool is_of_proxy(const struct connection *connection, __u32 side)
{
	return !(side == SERVER ? connection->server_pod : connection->client_pod);
}

/* Says how far the proxy's end of a connection has read. */
static __always_inline void tell(struct half *proxy, const struct half *peer, struct tcp_sock *tcp)
{
	proxy->read = tcp->copied_seq;
	if (is_drained(tcp))
		proxy->drained = cost_of(peer);
}

/* Whether a message could be looked at, and does not begin with a TLS handshake. */
static __always_inline bool is_plain(struct sk_msg_md *msg)
{
	__u8 *data = msg->data;
	__u8 *end = msg->data_end;

	if (data + 1 > end)
		return false;
	if (data[0] != TLS_HANDSHAKE)
		return true;
	return data + 2 <= end && data[1] != TLS_MAJOR;
}

SEC("sk_msg")
int message(struct sk_msg_md *msg)
{
	struct bpf_sock *sk = msg->sk;
	struct exchange *exchange;
	struct half *ours, *theirs;
	struct tcp_sock *tcp;
	struct end *own;
	struct end other;
	__u32 other_side;
	__u32 size;

	if (!sk)
		return SK_PASS;
	own = bpf_sk_storage_get(&own_end, sk, 0, 0);
	if (!own)
		return SK_PASS;
	exchange = bpf_map_lookup_elem(&connections, &own->connection);
	tcp = bpf_skc_to_tcp_sock(sk);
	if (!exchange || !tcp)
		return SK_PASS;
	other_side = own->side == SERVER ? CLIENT : SERVER;
	ours = &exchange->half[own->side == SERVER];
	theirs = &exchange->half[own->side != SERVER];
	if (is_of_proxy(&own->connection, own->side))
		tell(ours, theirs, tcp);
	if (!is_of_proxy(&own->connection, other_side) || is_zero_copy(tcp))
		return SK_PASS;
	if (!is_plain(msg)) {
		exchange->encrypted = 1;
		return SK_PASS;
	}
	size = msg->size;
	if (!exchange->joined || exchange->encrypted || tcp->write_seq != theirs->read ||
	    cost_of(ours) + size + MESSAGE_COST - theirs->drained > WINDOW)
		return SK_PASS;
	other = *own;
	other.side = other_side;
	/* If the other end has left, TCP knows what to say to that. */
	if (bpf_msg_redirect_hash(msg, &ends, &other, BPF_F_INGRESS) != SK_PASS)
		return SK_PASS;
	ours->bytes += size;
	ours->messages++;
	count(BYTES, size);
	return SK_PASS;
}
