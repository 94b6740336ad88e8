/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/*
 * sock_ops of the machine's root control group: connections that come about and end, in all network namespaces.
 *
 * Enters a socket when its handshake is complete. Before that it can't be entered; later the proxy could be waiting
 * for data in a system call that knows of TCP only, and would not notice what comes by the short-cut.
 */
#include <linux/bpf.h>

#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#include "address.h"
#include "identities.h"
#include "marks.h"
#include "pod_sockets.h"
#include "shortcut.h"

#define FAMILY_IPV4 2

/* Volatile: the verifier refuses the address of a field that was chosen at run time. */
static __always_inline void read_addresses(volatile struct bpf_sock_ops *ops, struct address *local,
					   struct address *remote)
{
	__u32 local_ip4 = ops->local_ip4;
	__u32 remote_ip4 = ops->remote_ip4;

	local->word[0] = ops->local_ip6[0];
	local->word[1] = ops->local_ip6[1];
	local->word[2] = ops->local_ip6[2];
	local->word[3] = ops->local_ip6[3];
	remote->word[0] = ops->remote_ip6[0];
	remote->word[1] = ops->remote_ip6[1];
	remote->word[2] = ops->remote_ip6[2];
	remote->word[3] = ops->remote_ip6[3];
	if (ops->family == FAMILY_IPV4) {
		set_v4(local, local_ip4);
		set_v4(remote, remote_ip4);
	}
}

static __always_inline bool is_proxy(struct bpf_sock_ops *ops, const struct bpf_sock *sk)
{
	return (sk->mark & MARK_MASK & MARK_PROXY_BITS) == MARK_PROXY && bpf_get_netns_cookie(ops) == proxy.namespace;
}

/* The interface of the local pod that an address is of, or 0. */
static __always_inline __u32 pod_of(const struct address *address)
{
	struct peer *peer = find_peer(address);

	return peer ? peer->ifindex : 0;
}

/* Lets the messages of a socket be looked at, and its end be noticed. */
static __always_inline bool enter(struct bpf_sock_ops *ops, struct bpf_sock *sk, struct end *end)
{
	struct end *known = bpf_sk_storage_get(&own_end, sk, end, BPF_SK_STORAGE_GET_F_CREATE);

	if (!known)
		return false;
	/* A socket may be connected a second time. */
	*known = *end;
	bpf_sock_ops_cb_flags_set(ops, ops->bpf_sock_ops_cb_flags | BPF_SOCK_OPS_STATE_CB_FLAG);
	/* Refused where another program or protocol (kTLS, MPTCP) has the socket. */
	return !bpf_sock_hash_update(ops, &ends, end, BPF_NOEXIST);
}

/* The client's handshake is complete first: an end of the proxy, or one whose SYN was given to it. */
static __always_inline void open(struct bpf_sock_ops *ops, struct bpf_sock *sk)
{
	struct end end = { .side = CLIENT };
	struct exchange exchange = {};
	struct pod_socket *pod;

	read_addresses(ops, &end.connection.client, &end.connection.server);
	if (is_proxy(ops, sk)) {
		end.connection.server_pod = pod_of(&end.connection.server);
		if (!end.connection.server_pod)
			return;
	} else {
		pod = bpf_sk_storage_get(&pod_sockets, sk, 0, 0);
		if (!pod)
			return;
		end.connection.client_pod = pod->ifindex;
	}
	end.connection.client_port = ops->local_port;
	end.connection.server_port = bpf_ntohl(ops->remote_port);
	end.connection.client_sequence = ops->snd_nxt;
	end.connection.server_sequence = ops->rcv_nxt;
	/* Neither has sent anything: what was sent before now (TCP Fast Open) makes other sequence numbers. */
	exchange.half[CLIENT].read = end.connection.server_sequence;
	exchange.half[SERVER].read = end.connection.client_sequence;
	if (bpf_map_update_elem(&connections, &end.connection, &exchange, BPF_NOEXIST))
		return;
	if (!enter(ops, sk, &end))
		bpf_map_delete_elem(&connections, &end.connection);
}

static __always_inline struct exchange *find(const struct end *end)
{
	struct exchange *exchange = bpf_map_lookup_elem(&connections, &end->connection);

	return exchange && !exchange->joined ? exchange : 0;
}

/* The server's is complete second, and counts only if the client is known to be at the other end. */
static __always_inline void join(struct bpf_sock_ops *ops, struct bpf_sock *sk)
{
	struct end end = { .side = SERVER };
	struct exchange *exchange = 0;
	struct pod_socket *pod;

	read_addresses(ops, &end.connection.server, &end.connection.client);
	end.connection.client_port = bpf_ntohl(ops->remote_port);
	end.connection.server_port = ops->local_port;
	end.connection.client_sequence = ops->rcv_nxt;
	end.connection.server_sequence = ops->snd_nxt;
	if (is_proxy(ops, sk)) {
		/* One proxied way leads into the next: accepted, in the name of the pod, from ourselves. */
		end.connection.server_pod = pod_of(&end.connection.server);
		if (end.connection.server_pod)
			exchange = find(&end);
		if (!exchange) {
			end.connection.server_pod = 0;
			end.connection.client_pod = pod_of(&end.connection.client);
			if (!end.connection.client_pod)
				return;
		}
	} else {
		pod = bpf_sk_storage_get(&pod_sockets, sk, 0, 0);
		if (!pod)
			return;
		end.connection.server_pod = pod->ifindex;
	}
	if (!exchange)
		exchange = find(&end);
	if (!exchange || !enter(ops, sk, &end))
		return;
	exchange->joined = 1;
	count(OPEN_CONNECTIONS, 1);
}

/* One end is enough: nothing can be redirected to a socket that is closed. */
static __always_inline void forget(struct bpf_sock *sk)
{
	struct end *end = bpf_sk_storage_get(&own_end, sk, 0, 0);
	struct exchange *exchange;
	bool joined;

	if (!end)
		return;
	exchange = bpf_map_lookup_elem(&connections, &end->connection);
	if (!exchange)
		return;
	joined = exchange->joined;
	if (!bpf_map_delete_elem(&connections, &end->connection) && joined)
		count(OPEN_CONNECTIONS, -1);
}

SEC("sockops")
int connection_state(struct bpf_sock_ops *ops)
{
	struct bpf_sock *sk = ops->sk;

	if (!sk)
		return 1;
	switch (ops->op) {
	case BPF_SOCK_OPS_ACTIVE_ESTABLISHED_CB:
		open(ops, sk);
		break;
	case BPF_SOCK_OPS_PASSIVE_ESTABLISHED_CB:
		join(ops, sk);
		break;
	case BPF_SOCK_OPS_STATE_CB:
		if (ops->args[1] == BPF_TCP_CLOSE)
			forget(sk);
		break;
	}
	return 1;
}
