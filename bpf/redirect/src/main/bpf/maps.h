/* SPDX-License-Identifier: Apache-2.0 */
/* Every map and every struct that user space shares with the programs; README.md has the table of owners. */
#pragma once

#include <linux/bpf.h>
#include <linux/types.h>
#include <stddef.h>

#include <bpf/bpf_helpers.h>

#include "marks.h"

#define MAX_ENDPOINTS 4096
#define MAX_IDENTITIES 262144
#define MAX_POLICY 262144
#define EVENTS_BYTES 262144

enum direction { INGRESS = 0, EGRESS = 1 };

enum endpoint_flags {
	ENFORCE_INGRESS = 1,
	ENFORCE_EGRESS = 2,
	BRIDGED = 4, /* another device takes what comes in, before the node routes it */
};

/* Value of `endpoints`, whose key is the ifindex of the pod's host-side interface. */
struct endpoint {
	__u32 id;
	__u32 flags;
};

/* Key of `identities`. IPv4 is v4-mapped: ::ffff:a.b.c.d, and 96 is added to its prefix length. */
struct identity_key {
	__u32 prefixlen;
	__u8 address[16];
};

#define IDENTITY_WORLD 2
#define IDENTITY_ANY 0

/*
 * Key of `policy`. The port comes last, in network order, so that an aligned range of ports is a prefix.
 * Everything before it is always compared.
 */
struct policy_key {
	__u32 prefixlen;
	__u32 endpoint;
	__u8 direction;
	__u8 protocol;
	__u16 zero;
	__u32 identity;
	__be16 port;
	__u16 unused;
};

#define POLICY_KEY_BITS ((offsetof(struct policy_key, unused) - sizeof(__u32)) * 8)

enum action {
	ACTION_NONE = 0, /* never stored: what a miss means */
	ACTION_ALLOW = 1,
	ACTION_STEER = 2,
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
	REASON_NO_PROXY = 1,
};

/* A refused SYN, as `events` carries it. Addresses as in identity_key, ports in network order. */
struct event {
	__u64 time; /* CLOCK_MONOTONIC, ns */
	__u32 endpoint;
	__u32 identity;
	__u8 source[16];
	__u8 destination[16];
	__be16 source_port;
	__be16 destination_port;
	__u8 direction;
	__u8 reason;
	__u16 zero;
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
	__uint(max_entries, MAX_IDENTITIES);
	__type(key, struct identity_key);
	__type(value, __u32);
} identities SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_LPM_TRIE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, MAX_POLICY);
	__type(key, struct policy_key);
	__type(value, __u32);
} policy SEC(".maps");

/* Slot: direction * 2 + (1 for IPv6). */
struct {
	__uint(type, BPF_MAP_TYPE_SOCKMAP);
	__uint(max_entries, 4);
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
};

const volatile struct settings settings SEC(".rodata.settings");

/* What the test of the Java twins compares: sizes, offsets and marks as this compiler sees them. */
const volatile __u32 layout[] SEC(".rodata.layout") = {
	sizeof(struct endpoint),
	offsetof(struct endpoint, id),
	offsetof(struct endpoint, flags),
	sizeof(struct identity_key),
	offsetof(struct identity_key, prefixlen),
	offsetof(struct identity_key, address),
	sizeof(struct policy_key),
	offsetof(struct policy_key, prefixlen),
	offsetof(struct policy_key, endpoint),
	offsetof(struct policy_key, direction),
	offsetof(struct policy_key, protocol),
	offsetof(struct policy_key, identity),
	offsetof(struct policy_key, port),
	POLICY_KEY_BITS,
	sizeof(struct refusals),
	offsetof(struct refusals, suppressed),
	sizeof(struct event),
	offsetof(struct event, time),
	offsetof(struct event, endpoint),
	offsetof(struct event, identity),
	offsetof(struct event, source),
	offsetof(struct event, destination),
	offsetof(struct event, source_port),
	offsetof(struct event, destination_port),
	offsetof(struct event, direction),
	offsetof(struct event, reason),
	MARK_MASK,
	MARK_STEERED,
	MARK_ANSWER_INGRESS,
	MARK_ANSWER_EGRESS,
	MARK_UPSTREAM_INGRESS,
	MARK_UPSTREAM_EGRESS,
};
