package io.sluice.dns.learn;

import java.net.InetAddress;

/**
 * An address of a name, and until when.
 *
 * @param address the address
 * @param dueMillis when its time ends, milliseconds since the epoch; later if a connection lives
 */
public record LearnedAddress(InetAddress address, long dueMillis) {}
