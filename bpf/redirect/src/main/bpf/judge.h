/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/* Who the peer is, and what the policy says about it. */
#pragma once

#include "maps.h"
#include "parse.h"

/* Where what enters a pod comes from, as far as it can't be forged. */
struct origin {
	__u32 device; /* which it came in by; 0 if the node made it, or if it leaves the pod */
	bool host; /* the node made it, for itself */
};

struct verdict {
	__u32 identity;
	__u32 rule;
	__u8 action;
	__u8 audited;
	__u8 reason;
	__u8 unproxied; /* passes the proxy because none is there */
};

static __always_inline bool enforces(const struct endpoint *endpoint, enum direction direction)
{
	return endpoint->flags & ENFORCE << direction;
}

static __always_inline bool judges(const struct endpoint *endpoint, enum direction direction)
{
	return endpoint->flags & JUDGE << direction;
}

/* Whether a device is one that the packets of a local pod come in by. */
static __always_inline bool leads_to(__u32 device, __u32 pod_ifindex)
{
	struct endpoint *pod;

	if (device == pod_ifindex)
		return true;
	pod = bpf_map_lookup_elem(&endpoints, &pod_ifindex);
	return pod && pod->master == device;
}

/*
 * The identity of the remote side of a connection that was opened in a direction; IDENTITY_ANY if it says to be
 * a local pod that it is not. A local pod is known by its interface, whatever address it comes with.
 */
static __always_inline __u32 identify(const struct address *remote, enum direction direction,
				      const struct origin *origin)
{
	__u32 device = origin->device;
	struct endpoint *pod;
	struct peer *peer;

	if (direction == INGRESS && origin->host)
		return IDENTITY_HOST;
	peer = find_peer(remote);
	if (direction == INGRESS && device) {
		if (peer && peer->ifindex && !leads_to(device, peer->ifindex))
			return IDENTITY_ANY;
		pod = bpf_map_lookup_elem(&endpoints, &device);
		if (pod)
			return pod->identity;
	}
	return peer ? peer->identity : IDENTITY_WORLD;
}

/* The port that a connection is judged by: that of the side which did not open it. */
static __always_inline __be16 judged_port(const struct conntrack_key *key, enum direction direction)
{
	if (key->protocol == IPPROTO_ICMP || key->protocol == IPPROTO_ICMPV6)
		return bpf_htons(key->icmp_type);
	return direction == INGRESS ? key->local_port : key->remote_port;
}

/*
 * What the policy says. The entries of an identity hold what those of any identity say about the same ports, with the
 * precedence of deny over steer over allow already settled (user space does, see PolicyKeys): so the first hit decides.
 */
static __always_inline struct policy *find_policy(const struct endpoint *endpoint, enum direction direction,
						  const struct conntrack_key *connection, __u32 identity)
{
	struct policy_key key = {
		.prefixlen = POLICY_KEY_BITS,
		.endpoint = endpoint->id,
		.identity = identity,
		.direction = direction,
		.protocol = connection->protocol,
		.port = judged_port(connection, direction),
	};
	struct policy *found = bpf_map_lookup_elem(&policy, &key);

	if (!found) {
		key.identity = IDENTITY_ANY;
		found = bpf_map_lookup_elem(&policy, &key);
	}
	return found;
}

/* Judges a connection that was opened in a direction. */
static __always_inline struct verdict judge(const struct endpoint *endpoint, enum direction direction,
					    const struct conntrack_key *key, const struct origin *origin)
{
	struct verdict verdict = { .action = ACTION_ALLOW };
	struct policy *found;

	if (!judges(endpoint, direction))
		return verdict;
	verdict.identity = identify(&key->remote, direction, origin);
	verdict.action = ACTION_NONE;
	if (verdict.identity == IDENTITY_ANY) {
		verdict.reason = REASON_SPOOFED;
	} else {
		found = find_policy(endpoint, direction, key, verdict.identity);
		if (found) {
			verdict.action = found->action;
			verdict.audited = found->audited;
			verdict.rule = found->rule;
		}
		if (verdict.action == ACTION_DENY)
			verdict.reason = REASON_DENY_RULE;
		else if (direction == INGRESS && origin->host)
			/* The node may always reach its pods, past the proxy, unless a rule denies it. */
			verdict.action = ACTION_ALLOW;
	}
	if (!enforces(endpoint, direction) && (verdict.action == ACTION_NONE || verdict.action == ACTION_DENY)) {
		verdict.action = ACTION_ALLOW;
		verdict.audited = true;
	}
	return verdict;
}
