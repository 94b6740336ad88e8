/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/*
 * tc ingress of a pod's host-side interface: what leaves the pod.
 *
 * Segments of the proxy's connections go to their sockets, here without a detour where the node routes for the pod.
 * Where the interface is a bridge's, which no mark would stop, they take the way by into_proxy. All else is judged, what
 * opens a connection by the identity of its destination. What passes goes on to the other programs of this hook.
 */
#include <linux/bpf.h>
#include <linux/pkt_cls.h>

#include <bpf/bpf_helpers.h>

#include "decide.h"
#include "maps.h"
#include "marks.h"
#include "owner.h"
#include "parse.h"
#include "reset.h"

/* Whether a packet says that it comes from somebody else than the pod, and that matters. */
static __always_inline bool is_spoofed(const struct endpoint *endpoint, enum kind kind, const struct packet *packet)
{
	const struct address *source = &packet->source;

	if (!packet->addressed || !(endpoint->flags & KNOWN_ADDRESSES))
		return false;
	if (!enforces(endpoint, INGRESS) && !enforces(endpoint, EGRESS) && !(endpoint->flags & SOURCE_CHECKED))
		return false;
	if (!packet->ipv6)
		return !equal(source, &endpoint->v4);
	/* Link-local addresses are the pod's own choice, and stay on the link; so does what has no address yet. */
	if (is_unspecified(source) || is_link_local(source))
		return kind != NEIGHBOUR && !is_link_local(&packet->destination) &&
		       !is_link_local_group(&packet->destination);
	return !equal(source, &endpoint->v6);
}

/* Whether a discovery would be forwarded: then it is a message like any other. */
static __always_inline bool leaves_link(const struct endpoint *endpoint, const struct packet *packet)
{
	const struct address *destination = &packet->destination;
	struct peer *peer;

	if (!packet->ipv6 || endpoint->master || is_link_local(destination) || is_link_local_group(destination))
		return false;
	peer = find_peer(destination);
	return !peer || peer->identity != IDENTITY_HOST;
}

/* Delivers a segment to the proxy's socket that it belongs to; TC_ACT_UNSPEC if there is none. */
static __always_inline int leave_for_owner(struct __sk_buff *skb, const struct endpoint *endpoint,
					   struct packet *packet, enum owner *owner)
{
	__u32 mark = 0;

	if (!endpoint->master)
		return to_owner(skb, packet, owner);
	*owner = find_owner(skb, packet, &mark);
	if (*owner == NOBODY || (*owner == LINGERING && packet->opens))
		return TC_ACT_UNSPEC;
	return into_proxy_device(skb, MARK_LEFT_POD);
}

/*
 * Hands a packet that opens a connection, or a datagram, to the proxy. No socket is looked up for a datagram before: one
 * that answers for the server has the server's address, and must not take what is meant for the listener.
 */
static __always_inline int leave_for_listener(struct __sk_buff *skb, const struct endpoint *endpoint,
					      struct packet *packet, enum owner owner, struct verdict *verdict)
{
	int delivered;

	if (endpoint->master)
		return into_proxy_device(skb, MARK_LEFT_POD);
	delivered = to_listener(skb, packet, EGRESS, owner);
	if (delivered == TC_ACT_SHOT) {
		verdict->reason = REASON_NO_PROXY;
		report(skb->ifindex, endpoint, EGRESS, EGRESS, packet, verdict, false);
	}
	return delivered;
}

SEC("tc")
int from_pod(struct __sk_buff *skb)
{
	struct packet packet = {};
	__u32 ifindex = skb->ifindex;
	struct endpoint *endpoint = bpf_map_lookup_elem(&endpoints, &ifindex);
	enum kind kind = parse(skb, &packet);
	struct origin origin = {};
	enum owner owner = NOBODY;
	struct verdict verdict = {};
	int delivered;

	/* From to_pod. Not from the pod: a mark doesn't cross the border of a network namespace. */
	if (skb->mark == MARK_RESET && packet.resets) {
		skb->mark = 0;
		return TC_ACT_UNSPEC;
	}
	/* A mark means what we say it means; none that a pod sets gets past this point. */
	skb->mark = 0;
	/* User space puts the endpoint before it attaches us, and takes it after: this can't happen. */
	if (!endpoint)
		return TC_ACT_SHOT;
	if (is_spoofed(endpoint, kind, &packet)) {
		report_refusal(ifindex, endpoint, EGRESS, &packet, REASON_SPOOFED);
		return TC_ACT_SHOT;
	}
	if (kind == NEIGHBOUR && leaves_link(endpoint, &packet))
		kind = PACKET;
	if (is_segment(kind, &packet)) {
		delivered = leave_for_owner(skb, endpoint, &packet, &owner);
		if (delivered != TC_ACT_UNSPEC)
			return delivered;
	}
	switch (decide(skb, endpoint, EGRESS, kind, &packet, &origin, &verdict)) {
	case PASS:
		return TC_ACT_UNSPEC;
	case STEER:
		return leave_for_listener(skb, endpoint, &packet, owner, &verdict);
	case RESET:
		return answer_with_reset(skb, &packet, 0);
	default:
		return TC_ACT_SHOT;
	}
}
