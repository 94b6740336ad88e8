/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/* A second object: a kernel that can't have the short-cut still has the rest. */
#include <stddef.h>

#include "connection_state.bpf.c"
#include "message.bpf.c"

/* What the test of the Java twin compares. */
const volatile __u32 layout[] SEC(".rodata.layout") = {
	OPEN_CONNECTIONS,
	BYTES,
	offsetof(struct connection, client),
	offsetof(struct connection, server),
	offsetof(struct connection, client_port),
	offsetof(struct connection, server_port),
	offsetof(struct connection, client_pod),
	offsetof(struct connection, server_pod),
	offsetof(struct exchange, half[CLIENT].bytes),
	offsetof(struct exchange, half[CLIENT].messages),
	offsetof(struct exchange, half[SERVER].bytes),
	offsetof(struct exchange, half[SERVER].messages),
	offsetof(struct exchange, joined),
	offsetof(struct exchange, encrypted),
};

/* The kernel lets only such programs read its structs. */
char _license[] SEC("license") = "GPL";
