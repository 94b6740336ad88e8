/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/* The record of a verdict. */
#pragma once

#include "judge.h"
#include "maps.h"
#include "parse.h"

#define REPORTS_A_SECOND 100
#define SECOND 1000000000ULL

/*
 * The reader looks ten times a second by itself. Waking it for each report costs more than all else that we do for the
 * packet, so it is woken only before the buffer could get full.
 */
#define WAKE_BYTES (EVENTS_BYTES / 8)

/*
 * Takes one from what may be reported of an endpoint's refusals in this second; false if there is nothing left. CPUs
 * that start a new second together may report a few more: the bound protects the reader, it need not be exact.
 */
static __always_inline bool take_share(struct refusals *refused, __u64 now)
{
	if (now - refused->second_began >= SECOND) {
		refused->second_began = now;
		refused->reported = 0;
	}
	return __sync_fetch_and_add(&refused->reported, 1) < REPORTS_A_SECOND;
}

/*
 * Reports a verdict on a packet met at `hook`, by the rules of the direction that its connection was opened in; a refusal,
 * unless its endpoint had its share of this second. What is not reported is counted.
 */
static __always_inline void report(__u32 ifindex, const struct endpoint *endpoint, enum direction hook,
				   enum direction direction, const struct packet *packet,
				   const struct verdict *verdict, bool passed)
{
	struct refusals *refused = bpf_map_lookup_elem(&refusals, &ifindex);
	__u64 now = bpf_ktime_get_ns();
	struct event *event;
	bool wake;

	if (!refused)
		return;
	event = passed || take_share(refused, now) ? bpf_ringbuf_reserve(&events, sizeof(*event), 0) : NULL;
	if (!event) {
		__sync_fetch_and_add(&refused->suppressed, 1);
		return;
	}
	event->time = now;
	event->endpoint = endpoint->id;
	event->identity = verdict->identity;
	event->rule = verdict->rule;
	event->source = packet->source;
	event->destination = packet->destination;
	event->source_port = is_icmp(packet) ? 0 : packet->source_port;
	event->destination_port = is_icmp(packet) ? bpf_htons(packet->icmp_type) : packet->destination_port;
	event->protocol = packet->protocol;
	event->direction = direction;
	event->passed = passed;
	event->audited = verdict->audited;
	event->reason = verdict->reason;
	event->opens = packet->opens;
	event->reply = hook != direction;
	__builtin_memset(event->zero, 0, sizeof(event->zero));
	wake = bpf_ringbuf_query(&events, BPF_RB_AVAIL_DATA) >= WAKE_BYTES;
	bpf_ringbuf_submit(event, wake ? BPF_RB_FORCE_WAKEUP : BPF_RB_NO_WAKEUP);
}

/* Reports a refusal that is not the policy's. */
static __always_inline void report_refusal(__u32 ifindex, const struct endpoint *endpoint, enum direction hook,
					   const struct packet *packet, enum reason reason)
{
	struct verdict verdict = { .reason = reason };

	report(ifindex, endpoint, hook, hook, packet, &verdict, false);
}
