/* SPDX-License-Identifier: Apache-2.0 */
/* One object of all hooks, so that they share their maps. */
#include "from_pod.bpf.c"
#include "into_proxy.bpf.c"
#include "layout.h"
#include "to_pod.bpf.c"

/* The kernel asks for a licence it knows only where a program calls GPL-only helpers; ours calls none. */
char _license[] SEC("license") = "Apache-2.0";
