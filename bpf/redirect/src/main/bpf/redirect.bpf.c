/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/* One object of all hooks, so that they share their maps. */
#include "from_pod.bpf.c"
#include "into_proxy.bpf.c"
#include "layout.h"
#include "to_pod.bpf.c"

/* The kernel lets only such programs read its structs: find_pod_socket does. */
char _license[] SEC("license") = "GPL";
