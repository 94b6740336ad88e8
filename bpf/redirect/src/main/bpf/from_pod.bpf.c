/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tc ingress of a pod's host-side interface: what leaves the pod.
 *
 * Segments of the proxy's connections go to their sockets, here without a detour. What opens a connection is judged
 * by the identity of its destination. What passes goes on to the other programs of this hook.
 */
#include <linux/bpf.h>
#include <linux/pkt_cls.h>

#include <bpf/bpf_helpers.h>

#include "maps.h"
#include "marks.h"
#include "owner.h"
#include "parse.h"
#include "verdict.h"

SEC("tc")
int from_pod(struct __sk_buff *skb)
{
	struct packet packet = {};
	__u32 ifindex = skb->ifindex;
	struct endpoint *endpoint = bpf_map_lookup_elem(&endpoints, &ifindex);
	enum kind kind = parse(skb, &packet);
	enum owner owner = NOBODY;
	__u32 identity, action;
	int delivered;

	/* A mark means what we say it means; none that a pod sets gets past this point. */
	skb->mark = 0;
	/* User space puts the endpoint before it attaches us, and takes it after: this can't happen. */
	if (!endpoint)
		return TC_ACT_SHOT;
	if (kind == SEGMENT) {
		delivered = to_owner(skb, &packet, &owner);
		if (delivered != TC_ACT_UNSPEC)
			return delivered;
	}
	if (!(endpoint->flags & ENFORCE_EGRESS))
		return TC_ACT_UNSPEC;
	if (kind != SEGMENT)
		return kind == UNJUDGED ? TC_ACT_UNSPEC : TC_ACT_SHOT;

	identity = identify(&packet, EGRESS);
	action = judge(endpoint->id, EGRESS, identity, &packet);
	if (!packet.syn)
		/* The connection is the proxy's, and the proxy does not have it: never past it. */
		return action == ACTION_STEER ? TC_ACT_SHOT : TC_ACT_UNSPEC;
	if (action == ACTION_ALLOW)
		return TC_ACT_UNSPEC;
	if (action == ACTION_STEER) {
		delivered = to_listener(skb, &packet, EGRESS, owner);
		if (delivered == TC_ACT_SHOT)
			report(ifindex, endpoint->id, EGRESS, identity, REASON_NO_PROXY, &packet);
		return delivered;
	}
	report(ifindex, endpoint->id, EGRESS, identity, REASON_NOT_ALLOWED, &packet);
	return TC_ACT_SHOT;
}
