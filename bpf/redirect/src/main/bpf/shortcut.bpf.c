/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/* A second object: a kernel that can't have the short-cut still has the rest. */
#include "connection_state.bpf.c"
#include "message.bpf.c"

/* What the test of the Java twin compares. */
const volatile __u32 layout[] SEC(".rodata.layout") = { OPEN_CONNECTIONS, BYTES };

/* The kernel lets only such programs read its structs. */
char _license[] SEC("license") = "GPL";
