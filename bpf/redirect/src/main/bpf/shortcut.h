/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/*
 * The two ends of a connection between a pod and the proxy, and what they tell each other.
 *
 * Which way. Only what is for the proxy takes the short-cut, from pods and from itself. A socket that has got something
 * by the short-cut is not read like one of TCP: splice does not see it, and a read ends where that ends and TCP's begins.
 * The proxy knows, a pod's program can't. What the proxy sends to pods goes by TCP.
 *
 * Who belongs together. A key has both addresses and ports, both initial sequence numbers, and for each end where its
 * socket is: 0 for the proxy, else the interface of the pod. None of that is a claim:
 * - an end of the proxy is in the agent's namespace and bears one of the proxy's marks, which takes privileges there;
 * - an end of a pod was found, by the packet that opened the connection, in the namespace behind that pod's interface;
 * - the proxy's end names the pod that its peer's address belongs to, and packets of that pod come in by that interface
 *   only.
 * So sockets with equal addresses and ports in another pod, in a namespace that is no pod of this node, or on another
 * node on this machine have another key or none. Inside one namespace the sequence numbers tell a socket from an earlier
 * one, and from one whose addresses were translated on the way.
 *
 * What order. The proxy gets what came by the short-cut first, then what came by TCP. So a message may take the
 * short-cut only when everything that went before it by TCP has been read. The proxy says up to where that is.
 *
 * How much. What came by the short-cut is not held back by a full buffer. So no more than WINDOW of it may wait, and the
 * rest goes by TCP, which is. The proxy says up to where it has none waiting.
 *
 * Both are said when the proxy sends something, which is when a program runs for it: what is not answered goes by TCP
 * after the first WINDOW.
 */
#pragma once

#include <linux/bpf.h>
#include <linux/types.h>

#include <bpf/bpf_helpers.h>

#include "address.h"
#include "layout_version.h"

#define MAX_CONNECTIONS 65536
#define MAX_ENDS (2 * MAX_CONNECTIONS)

/* In bytes, of which each message costs so much more than it carries. */
#define WINDOW 524288
#define MESSAGE_COST 1024

/* Which opened it, and which accepted it. */
enum side { CLIENT = 0, SERVER = 1 };

/* Key of `connections`. */
struct connection {
	struct address client;
	struct address server;
	__u16 client_port;
	__u16 server_port;
	__u32 client_sequence; /* of the first byte that it sends */
	__u32 server_sequence;
	__u32 client_pod; /* ifindex of the pod's interface; 0 for the proxy */
	__u32 server_pod;
};

/* Key of `ends`, and what `own_end` knows of a socket. */
struct end {
	struct connection connection;
	__u32 side;
};

/* What one end says, in `connections`; only its own programs write it. */
struct half {
	__u64 bytes; /* that it has sent by the short-cut */
	__u64 messages;
	__u64 drained; /* the cost of the other end, when nothing of it was waiting here */
	__u32 read; /* sequence number up to which all that came by TCP has been read */
	__u32 zero;
};

/* Value of `connections`. Made by the client; the server joins if it finds it. */
struct exchange {
	struct half half[2];
	__u32 joined;
	/*
	 * A TLS handshake went by. After it the kernel may take over the encryption of a socket (kTLS), and would then have
	 * programs see, and redirect, what is not encrypted yet.
	 */
	__u32 encrypted;
};

enum count { OPEN_CONNECTIONS = 0, BYTES = 1, COUNTS = 2 };

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, MAX_CONNECTIONS);
	__type(key, struct connection);
	__type(value, struct exchange);
} connections SEC(".maps");

/* The sockets. One that is closed leaves by itself. */
struct {
	__uint(type, BPF_MAP_TYPE_SOCKHASH);
	__uint(max_entries, MAX_ENDS);
	__type(key, struct end);
	__type(value, __u64);
} ends SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_SK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, struct end);
} own_end SEC(".maps");

/* One value for each CPU; the sum over them counts, a single one may be negative. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, COUNTS);
	__type(key, __u32);
	__type(value, __s64);
} counts SEC(".maps");

/* Written once, before the programs are loaded. */
struct proxy {
	__u64 namespace; /* cookie of its network namespace */
};

const volatile struct proxy proxy SEC(".rodata.proxy");

/* Of what an end has sent by the short-cut. Read while that sends, it is the cost before, after, or between the two. */
static __always_inline __u64 cost_of(const volatile struct half *half)
{
	return half->bytes + half->messages * MESSAGE_COST;
}

static __always_inline void count(__u32 what, __s64 by)
{
	__s64 *counted = bpf_map_lookup_elem(&counts, &what);

	/* Atomic, because a program can be interrupted by another one on its processor. */
	if (counted)
		__sync_fetch_and_add(counted, by);
}
