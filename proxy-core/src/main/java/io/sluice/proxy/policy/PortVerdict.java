package io.sluice.proxy.policy;

/**
 * One allowed range of ports for one peer, as the kernel is told; what is not listed is denied.
 *
 * @param identity the peer, or {@link ReservedIdentity#ANY} for every peer without an entry of its
 *     own that covers the port
 * @param firstPort first destination port, 0..65535
 * @param lastPort last destination port, inclusive
 * @param inspected whether the connection must be steered to a filter
 */
public record PortVerdict(int identity, int firstPort, int lastPort, boolean inspected) {}
