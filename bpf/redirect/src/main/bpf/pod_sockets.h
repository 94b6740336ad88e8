/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/* Which pod a socket is of: proven by where the kernel found it, never by its addresses. */
#pragma once

#include <linux/bpf.h>
#include <linux/types.h>

#include <bpf/bpf_helpers.h>

/* Value of `pod_sockets`. */
struct pod_socket {
	__u32 ifindex; /* of the pod's host-side interface */
};

/* What is known of a listening socket is known of all that it accepts. */
struct {
	__uint(type, BPF_MAP_TYPE_SK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC | BPF_F_CLONE);
	__type(key, int);
	__type(value, struct pod_socket);
} pod_sockets SEC(".maps");
