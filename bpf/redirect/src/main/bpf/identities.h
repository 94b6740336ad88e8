/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/* Who stands behind an address. */
#pragma once

#include <linux/bpf.h>
#include <linux/types.h>

#include <bpf/bpf_helpers.h>

#include "address.h"

#define MAX_IDENTITIES 2097152

/* Key of `identities`. 96 is added to the prefix length of IPv4. */
struct identity_key {
	__u32 prefixlen;
	struct address address;
};

/* Value of `identities`. */
struct peer {
	__u32 identity;
	__u32 ifindex; /* of a local pod's interface, which its packets must come in by; 0 for all others */
};

#define IDENTITY_ANY 0
#define IDENTITY_HOST 1
#define IDENTITY_WORLD 2

struct {
	__uint(type, BPF_MAP_TYPE_LPM_TRIE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, MAX_IDENTITIES);
	__type(key, struct identity_key);
	__type(value, struct peer);
} identities SEC(".maps");

static __always_inline struct peer *find_peer(const struct address *address)
{
	struct identity_key key = { .prefixlen = 128, .address = *address };

	return bpf_map_lookup_elem(&identities, &key);
}
