package io.sluice.proxy.policy;

import java.util.List;

/**
 * The compiled policy of one local endpoint: for a direction, a port and a peer, what the peer may
 * do.
 */
public interface EndpointPolicy {

  /** The endpoint that it belongs to. */
  Endpoint endpoint();

  /**
   * Looks up what a peer may do; never null, a denial where nothing matches.
   *
   * @param direction the side that is enforced
   * @param port the destination port, 1..65535
   * @param identity the peer's identity
   */
  PeerPolicy peer(Direction direction, int port, int identity);

  /**
   * The same decision for the kernel: every range of TCP ports that some peer may connect to. An
   * entry of a peer already holds what rules for any peer allow it.
   */
  List<PortVerdict> ports(Direction direction);
}
