package io.sluice.proxy.policy;

/**
 * What the kernel does with one range of ports for one peer; what is not listed is dropped.
 *
 * @param identity the peer, or {@link ReservedIdentity#ANY} for every peer without an entry of its
 *     own that covers the port
 * @param firstPort first destination port, 0..65535
 * @param lastPort last destination port, inclusive
 * @param action what happens to the connection
 */
public record PortVerdict(int identity, int firstPort, int lastPort, Action action) {

  /** What happens to a connection. */
  public enum Action {
    /** Refused. Listed only where {@link ReservedIdentity#ANY} has an entry for the same port. */
    DROP,
    /** Allowed; the proxy never sees it. */
    PASS,
    /** Handed to the proxy, whose filter judges each request. */
    STEER
  }
}
