package io.sluice.dns.listen;

import java.net.InetSocketAddress;

/**
 * A socket that receives queries.
 *
 * @param fd its file descriptor
 * @param address where it is bound
 */
public record BoundUdp(int fd, InetSocketAddress address) {}
