/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/* The marks (skb->mark, SO_MARK) that the kernel, the routing rule and the proxy agree on. Java twin: Marks. */
#pragma once

#define MARK_MASK 0x0f00
/* On a packet: for a socket of the proxy; the routing rule delivers it here. */
#define MARK_STEERED 0x0200
/* On a packet between from_pod and into_proxy, which replaces it: it left a pod. */
#define MARK_LEFT_POD 0x0201
/* On a reset of our own making, on its way from the one program of an interface to the other. */
#define MARK_RESET 0x0202
/* On an accepted socket of an ingress listener: its answers go to the client, wherever that is. */
#define MARK_ANSWER_INGRESS 0x0800
/* On an accepted socket of an egress listener: its answers go into the pod and to nobody else. */
#define MARK_ANSWER_EGRESS 0x0900
/* On an upstream socket of a connection that was judged at ingress: enters the pod. */
#define MARK_UPSTREAM_INGRESS 0x0a00
/* On an upstream socket of a connection that was judged at egress: ingress of the destination still judges it. */
#define MARK_UPSTREAM_EGRESS 0x0b00

/* The four marks of the proxy's sockets, and no other, have these two bits as in 0x0800. */
#define MARK_PROXY_BITS 0x0c00
#define MARK_PROXY 0x0800
