/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/* One form for the addresses of both families: 16 bytes, IPv4 as ::ffff:a.b.c.d. */
#pragma once

#include <linux/in6.h>
#include <linux/types.h>
#include <stdbool.h>

#include <bpf/bpf_endian.h>

struct address {
	__be32 word[4];
};

static __always_inline void set_v4(struct address *address, __be32 v4)
{
	address->word[0] = 0;
	address->word[1] = 0;
	address->word[2] = bpf_htonl(0xffff);
	address->word[3] = v4;
}

static __always_inline void set_v6(struct address *address, const struct in6_addr *v6)
{
	address->word[0] = v6->in6_u.u6_addr32[0];
	address->word[1] = v6->in6_u.u6_addr32[1];
	address->word[2] = v6->in6_u.u6_addr32[2];
	address->word[3] = v6->in6_u.u6_addr32[3];
}

static __always_inline bool equal(const struct address *a, const struct address *b)
{
	return a->word[0] == b->word[0] && a->word[1] == b->word[1] && a->word[2] == b->word[2] &&
	       a->word[3] == b->word[3];
}

/* On the wire such an address would pass for the IPv4 address that we write so. */
static __always_inline bool is_v4_mapped(const struct address *address)
{
	return !address->word[0] && !address->word[1] && address->word[2] == bpf_htonl(0xffff);
}

static __always_inline bool is_unspecified(const struct address *v6)
{
	return !v6->word[0] && !v6->word[1] && !v6->word[2] && !v6->word[3];
}

/* fe80::/10, which no router forwards. */
static __always_inline bool is_link_local(const struct address *v6)
{
	return (v6->word[0] & bpf_htonl(0xffc00000)) == bpf_htonl(0xfe800000);
}

/* ff02::/16: groups of the link. */
static __always_inline bool is_link_local_group(const struct address *v6)
{
	return (v6->word[0] & bpf_htonl(0xffff0000)) == bpf_htonl(0xff020000);
}
