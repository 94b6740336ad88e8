package io.sluice.proxy.origin;

import java.net.InetSocketAddress;

/**
 * Both ends of a connection as its client sees them.
 *
 * @param client where it comes from
 * @param destination where the client meant to go
 */
public record Origin(InetSocketAddress client, InetSocketAddress destination) {}
