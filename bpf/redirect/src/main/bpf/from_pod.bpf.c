/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tc ingress of a pod's host-side interface: what leaves the pod.
 *
 * Segments of the proxy's connections go to their sockets, here without a detour where the node routes for the pod.
 * Where the interface is a bridge's, which no mark would stop, they take the way by into_proxy. What opens a connection is judged by
 * the identity of its destination. What passes goes on to the other programs of this hook.
 */
#include <linux/bpf.h>
#include <linux/pkt_cls.h>

#include <bpf/bpf_helpers.h>

#include "maps.h"
#include "marks.h"
#include "owner.h"
#include "parse.h"
#include "verdict.h"

/* Delivers a segment to the proxy's socket that it belongs to; TC_ACT_UNSPEC if there is none. */
static __always_inline int leave_for_owner(struct __sk_buff *skb, const struct endpoint *endpoint,
					   struct packet *packet, enum owner *owner)
{
	__u32 mark = 0;

	if (!(endpoint->flags & BRIDGED))
		return to_owner(skb, packet, owner);
	*owner = find_owner(skb, packet, &mark);
	if (*owner == NOBODY || (*owner == LINGERING && packet->syn))
		return TC_ACT_UNSPEC;
	return into_proxy_device(skb, MARK_LEFT_POD);
}

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
		delivered = leave_for_owner(skb, endpoint, &packet, &owner);
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
		if (endpoint->flags & BRIDGED)
			return into_proxy_device(skb, MARK_LEFT_POD);
		delivered = to_listener(skb, &packet, EGRESS, owner);
		if (delivered == TC_ACT_SHOT)
			report(ifindex, endpoint->id, EGRESS, identity, REASON_NO_PROXY, &packet);
		return delivered;
	}
	report(ifindex, endpoint->id, EGRESS, identity, REASON_NOT_ALLOWED, &packet);
	return TC_ACT_SHOT;
}
