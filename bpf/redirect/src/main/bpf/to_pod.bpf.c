/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/*
 * tc egress of a pod's host-side interface: what enters the pod, from wherever.
 *
 * A socket can be assigned at ingress only, so what is for the proxy goes to the ingress of a device of our own,
 * where into_proxy assigns it.
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

/*
 * Whether a segment is for a socket of the proxy. A pod's address is only on sockets that stand in for the pod: those
 * that accepted for it, and those that connected for it and now get their answer. A socket that stands in for a
 * client of this pod, or that answers this pod, never receives what enters the pod.
 */
static __always_inline bool is_for_proxy(struct __sk_buff *skb, struct packet *packet, __u32 sender)
{
	__u32 mark = 0;

	switch (find_owner(skb, packet, &mark)) {
	case PROXY:
		/* What an accepted socket says can only be for one that connected: one proxied way into the next. */
		return mark == MARK_UPSTREAM_EGRESS ||
		       (mark == MARK_ANSWER_INGRESS && sender != MARK_ANSWER_INGRESS);
	case OPENING_SOCKET:
		return sender != MARK_ANSWER_INGRESS;
	case LINGERING:
		return sender != MARK_ANSWER_INGRESS && !packet->opens;
	default:
		return false;
	}
}

SEC("tc")
int to_pod(struct __sk_buff *skb)
{
	struct packet packet = {};
	__u32 ifindex = skb->ifindex;
	__u32 from = skb->ingress_ifindex;
	__u32 mark = skb->mark;
	struct endpoint *endpoint = bpf_map_lookup_elem(&endpoints, &ifindex);
	/* The node's own packets came in by no device. A mark on any other packet is not the proxy's. */
	bool from_node = from == 0;
	__u32 sender = from_node ? mark & MARK_MASK : 0;
	/* What the proxy sends for a pod is that pod's, not the node's. */
	struct origin origin = { .device = from, .host = from_node && sender != MARK_UPSTREAM_EGRESS };
	struct verdict verdict = {};
	enum kind kind;

	/* User space puts the endpoint before it attaches us, and takes it after: this can't happen. */
	if (!endpoint)
		return TC_ACT_SHOT;
	if (sender == MARK_UPSTREAM_INGRESS || sender == MARK_ANSWER_EGRESS)
		return TC_ACT_UNSPEC;
	kind = parse(skb, &packet);
	/* From from_pod. */
	if (mark == MARK_RESET && from == ifindex && packet.resets)
		return TC_ACT_UNSPEC;
	if (is_segment(kind, &packet) && is_for_proxy(skb, &packet, sender))
		return into_proxy_device(skb, 0);
	if (is_datagram(kind, &packet) && has_asker(skb, &packet))
		return into_proxy_device(skb, 0);
	/* The answer to what this pod was allowed to open. */
	if (sender == MARK_ANSWER_INGRESS)
		return TC_ACT_UNSPEC;
	/* What the node can't be judged by is no reason to refuse it. */
	if (origin.host && (kind == UNKNOWN || kind == LATER_FRAGMENT))
		return TC_ACT_UNSPEC;
	switch (decide(skb, endpoint, INGRESS, kind, &packet, &origin, &verdict)) {
	case PASS:
		return TC_ACT_UNSPEC;
	case STEER:
		return into_proxy_device(skb, 0);
	case RESET:
		return answer_with_reset(skb, &packet, BPF_F_INGRESS);
	default:
		return TC_ACT_SHOT;
	}
}
