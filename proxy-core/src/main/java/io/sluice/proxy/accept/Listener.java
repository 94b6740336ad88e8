package io.sluice.proxy.accept;

import io.sluice.proxy.policy.Direction;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;

/**
 * A bound listener.
 *
 * @param direction which side its connections are enforced on
 * @param family the IP version that is steered to it
 * @param fd its file descriptor, for the kernel's socket map; valid until the proxy is closed
 * @param address its own loopback address; a connection that was meant for this was not steered
 */
public record Listener(
    Direction direction, StandardProtocolFamily family, int fd, InetSocketAddress address) {}
