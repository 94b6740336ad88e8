package io.sluice.proxy.policy;

import java.net.InetAddress;

/**
 * The identity of a prefix; the longest one that contains an address decides.
 *
 * @param address the prefix's address, host bits zero
 * @param length 0..32 or 0..128
 * @param identity the numeric identity
 */
public record Prefix(InetAddress address, int length, int identity) {}
