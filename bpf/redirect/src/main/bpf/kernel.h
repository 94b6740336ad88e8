/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/* What we read of the kernel's own structs. The loader takes the offsets from the kernel that runs. */
#pragma once

#include <linux/types.h>

struct file {
	unsigned int f_flags;
} __attribute__((preserve_access_index));

struct socket {
	struct file *file;
} __attribute__((preserve_access_index));

struct sock_common {
	unsigned long skc_flags; /* a bit for each of enum sock_flags */
} __attribute__((preserve_access_index));

struct sock {
	struct sock_common __sk_common;
	struct socket *sk_socket;
	void *sk_user_data;
} __attribute__((preserve_access_index));

/* Its numbers too are those of the kernel that runs, by bpf_core_enum_value. */
enum sock_flags { SOCK_ZEROCOPY = 1 };

/* Begins with a struct sock. */
struct tcp_sock {
	__u32 copied_seq; /* of the first byte that has not been read */
	__u32 write_seq; /* of the next byte that is sent by TCP */
} __attribute__((preserve_access_index));

struct list_head {
	struct list_head *next;
} __attribute__((preserve_access_index));

/* What a socket of a map has beside TCP's state. */
struct sk_psock {
	struct list_head ingress_msg; /* what was redirected here, and has not been read */
} __attribute__((preserve_access_index));
