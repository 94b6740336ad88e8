/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Preloaded into a peer that can't mark its sockets itself: marks each when it is made, so that the programs know it as
 * a proxy's upstream socket, and lets one for datagrams answer from the address that was asked. Costs nothing per
 * request. The listener is marked anew when it is given to the programs.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <netinet/in.h>
#include <sys/socket.h>

/* MARK_UPSTREAM_INGRESS of the programs. */
static const int upstream_mark = 0x0a00;
static const int on = 1;

int socket(int domain, int type, int protocol)
{
	int (*next)(int, int, int) = (int (*)(int, int, int))dlsym(RTLD_NEXT, "socket");
	int fd = next(domain, type, protocol);

	if (fd >= 0 && (domain == AF_INET || domain == AF_INET6))
		setsockopt(fd, SOL_SOCKET, SO_MARK, &upstream_mark, sizeof(upstream_mark));
	if (fd >= 0 && domain == AF_INET && (type & 0xf) == SOCK_DGRAM)
		setsockopt(fd, SOL_IP, IP_TRANSPARENT, &on, sizeof(on));
	return fd;
}
