/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/* Later fragments, which have no ports: they share the verdict of their first one. */
#pragma once

#include "conntrack.h"
#include "maps.h"
#include "parse.h"

/* As long as Linux waits for the rest of a packet. */
#define TIMEOUT_FRAGMENTS (30 * SECONDS)

/* Where a second fragment may begin: behind what was judged in the first (RFC 3128, 2.1). In units of 8 bytes. */
#define FIRST_OFFSET_AFTER_TCP 2

static __always_inline void make_fragment_key(struct fragment_key *key, __u32 ifindex, enum direction hook,
					      const struct packet *packet)
{
	key->ifindex = ifindex;
	key->direction = hook;
	key->protocol = packet->ipv6 ? 0 : packet->protocol;
	key->id = packet->fragment_id;
	key->source = packet->source;
	key->destination = packet->destination;
}

/* Lets the fragments that follow this first one pass. */
static __noinline void expect_more(__u32 ifindex, enum direction hook, const struct packet *packet, __u64 now)
{
	struct fragment first = { .seen = now, .protocol = packet->protocol };
	struct fragment_key key = {};

	make_fragment_key(&key, ifindex, hook, packet);
	bpf_map_update_elem(&fragments, &key, &first, BPF_ANY);
}

static __noinline bool is_expected(__u32 ifindex, enum direction hook, const struct packet *packet, __u64 now)
{
	struct fragment_key key = {};
	struct fragment *first;

	make_fragment_key(&key, ifindex, hook, packet);
	first = bpf_map_lookup_elem(&fragments, &key);
	if (!first || (__s64)(now - first->seen) > (__s64)TIMEOUT_FRAGMENTS)
		return false;
	return packet->fragment_offset >= FIRST_OFFSET_AFTER_TCP ||
	       (first->protocol != IPPROTO_TCP && first->protocol != IPPROTO_SCTP);
}
