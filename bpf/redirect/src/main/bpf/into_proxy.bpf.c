/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/*
 * tc ingress of our private device: what to_pod and from_pod have taken off its way.
 *
 * Nothing leaves here but towards a socket of the proxy.
 */
#include <linux/bpf.h>
#include <linux/if_packet.h>
#include <linux/pkt_cls.h>

#include <bpf/bpf_helpers.h>

#include "maps.h"
#include "marks.h"
#include "owner.h"
#include "parse.h"

SEC("tc")
int into_proxy(struct __sk_buff *skb)
{
	__u32 mark = skb->mark;
	enum direction direction = mark == MARK_LEFT_POD ? EGRESS : INGRESS;
	struct packet packet = {};
	enum owner owner = NOBODY;
	enum kind kind;
	int delivered;

	/* Addressed to the pod's MAC, it came in as somebody else's, which the stack drops. */
	if (bpf_skb_change_type(skb, PACKET_HOST))
		return TC_ACT_SHOT;
	kind = parse(skb, &packet);
	if (is_datagram(kind, &packet))
		return direction == EGRESS ? to_listener(skb, &packet, EGRESS, NOBODY) : to_asker(skb, &packet);
	if (!is_segment(kind, &packet))
		return TC_ACT_SHOT;
	delivered = to_owner(skb, &packet, &owner);
	if (delivered != TC_ACT_UNSPEC)
		return delivered;
	return packet.opens ? to_listener(skb, &packet, direction, owner) : TC_ACT_SHOT;
}
