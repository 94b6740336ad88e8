/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/* Every map and every struct that user space shares with the programs; README.md has the table of owners. */
#pragma once

#include <linux/bpf.h>
#include <linux/types.h>
#include <stddef.h>

#include <bpf/bpf_helpers.h>

#include "address.h"
#include "identities.h"
#include "layout_version.h"
#include "marks.h"

#define MAX_ENDPOINTS 4096
#define MAX_POLICY 2097152
#define MAX_CONNTRACK 131072
#define MAX_FRAGMENTS 8192
#define EVENTS_BYTES 1048576

enum direction { INGRESS = 0, EGRESS = 1 };

/* Those of a direction are shifted by it. */
enum endpoint_flags {
	ENFORCE = 1, /* what is refused is dropped */
	AUDIT = 4, /* what is refused is reported and passes */
	JUDGE = ENFORCE | AUDIT,
	KNOWN_ADDRESSES = 16, /* what leaves from another address is dropped where either direction is enforced */
	SOURCE_CHECKED = 32, /* and also where neither is */
};

/* Value of `endpoints`, whose key is the ifindex of the pod's host-side interface. */
struct endpoint {
	__u32 id;
	__u32 flags;
	__u32 identity;
	__u32 master; /* the bridge that takes what comes in, before the node routes it; 0 if there is none */
	struct address v4; /* zero if the pod has none */
	struct address v6;
	__s32 namespace; /* the node's number for the pod's network namespace; negative if it has none */
};

/*
 * Key of `policy`. The protocol and the port, in network order, come last: an aligned range of ports is a prefix, and
 * so is every protocol. What comes before them is always compared.
 */
struct policy_key {
	__u32 prefixlen;
	__u32 endpoint;
	__u32 identity;
	__u8 direction;
	__u8 protocol;
	__be16 port; /* of the destination; the type of ICMP and ICMPv6 */
};

#define POLICY_KEY_BITS ((sizeof(struct policy_key) - sizeof(__u32)) * 8)

enum action {
	ACTION_NONE = 0, /* never stored: what a miss means */
	ACTION_ALLOW = 1,
	ACTION_STEER = 2,
	ACTION_DENY = 3,
	ACTION_STEER_OR_PASS = 4, /* to the proxy; past it as long as none is there */
};

/* Value of `policy`. */
struct policy {
	__u8 action;
	__u8 audited; /* the audited policies alone would have it otherwise */
	__u16 zero;
	__u32 rule; /* what a report carries; opaque */
};

/*
 * Key of `conntrack`: a connection, or what stands for one without connections, as one pod sees it.
 * Those of a pod that has gone are never met again: an ifindex does not come again soon.
 */
struct conntrack_key {
	__u32 ifindex;
	__u8 protocol;
	__u8 icmp_type; /* of the request, where the protocol is ICMP or ICMPv6 */
	__u8 icmp_opener; /* direction of the request */
	__u8 zero;
	struct address local; /* the pod's side */
	struct address remote;
	__be16 local_port;
	__be16 remote_port;
};

enum conntrack_state {
	OPENING, /* nothing has come back */
	OPEN,
};

/* Value of `conntrack`: the verdict on its first packet, which all others share. */
struct conntrack {
	__u64 seen; /* when the last packet was, to the second */
	__u32 revision; /* of the policy that it was judged by */
	__u32 device; /* which the opener's packets come in by, if opened from without; 0 for the node itself */
	__u32 rule;
	__u8 direction; /* that it was opened in */
	__u8 state;
	__u8 closed; /* bits of the directions that have finished */
	__u8 host; /* opened by the node itself, for itself */
	__u8 audited;
	__u8 unproxied; /* let past the proxy because none was there */
	__u8 zero[6];
};

/* Key of `fragments`: a packet that comes in several, on its way past one pod's interface. */
struct fragment_key {
	__u32 ifindex;
	__u8 direction;
	__u8 protocol; /* 0 for IPv6, where it is not part of what identifies a packet: RFC 8200, 4.5 */
	__u16 zero;
	__be32 id;
	struct address source;
	struct address destination;
};

/* Value of `fragments`: the first one passed. */
struct fragment {
	__u64 seen;
	__u32 protocol;
	__u32 zero;
};

/* How much was reported for an endpoint: value of `refusals`, whose key is that of `endpoints`. */
struct refusals {
	__u64 second_began; /* CLOCK_MONOTONIC, ns */
	__u64 suppressed;
	__u32 reported; /* since then */
	__u32 zero;
};

enum reason {
	REASON_NOT_ALLOWED = 0,
	REASON_DENY_RULE = 1,
	REASON_NO_PROXY = 2,
	REASON_NOT_PARSED = 3,
	REASON_SPOOFED = 4,
	REASON_FRAGMENT = 5,
};

/* A verdict, as `events` carries it. Ports in network order; addresses that could not be parsed are zero. */
struct event {
	__u64 time; /* CLOCK_MONOTONIC, ns */
	__u32 endpoint;
	__u32 identity; /* the peer's; 0 if it was not asked for */
	__u32 rule;
	struct address source;
	struct address destination;
	__be16 source_port;
	__be16 destination_port; /* the type of ICMP and ICMPv6 */
	__u8 protocol;
	__u8 direction;
	__u8 passed;
	__u8 audited; /* the audited policies alone would have it otherwise */
	__u8 reason; /* why not, or why the audited policies would not */
	__u8 opens; /* a packet that says so: a SYN of TCP, an INIT of SCTP */
	__u8 reply; /* goes the other way than its connection was opened */
	__u8 zero[9];
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, MAX_ENDPOINTS);
	__type(key, __u32);
	__type(value, struct endpoint);
} endpoints SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_LPM_TRIE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, MAX_POLICY);
	__type(key, struct policy_key);
	__type(value, struct policy);
} policy SEC(".maps");

/* One number that grows when anything above changes: what was judged before is judged anew. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u32);
} revision SEC(".maps");

/*
 * With `revision` and `fragments` it is taken over by the programs that replace these, if they have the same
 * LAYOUT_VERSION.
 */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, MAX_CONNTRACK);
	__type(key, struct conntrack_key);
	__type(value, struct conntrack);
} conntrack SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, MAX_FRAGMENTS);
	__type(key, struct fragment_key);
	__type(value, struct fragment);
} fragments SEC(".maps");

/* Slot of a TCP listener: direction * 2 + (1 for IPv6). Of a UDP socket, which is there for EGRESS only, 4 more. */
#define UDP_LISTENERS 4

struct {
	__uint(type, BPF_MAP_TYPE_SOCKMAP);
	__uint(max_entries, 8);
	__type(key, __u32);
	__type(value, __u64);
} listeners SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, MAX_ENDPOINTS);
	__type(key, __u32);
	__type(value, struct refusals);
} refusals SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, EVENTS_BYTES);
} events SEC(".maps");

/* Written once, before the programs are loaded. */
struct settings {
	__u32 into_proxy_ifindex; /* the device whose ingress leads into the proxy */
	__u32 short_cut; /* whether sockets of pods are to be known to the short-cut */
};

const volatile struct settings settings SEC(".rodata.settings");
