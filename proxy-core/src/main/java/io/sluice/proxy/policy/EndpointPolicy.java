package io.sluice.proxy.policy;

import io.sluice.proxy.policy.rule.Protocol;
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
   * @param protocol what is carried
   * @param port the destination port, 0..65535; of ICMP the type; of {@link Protocol#OTHER} 0
   * @param identity the peer's identity
   */
  PeerPolicy peer(Direction direction, Protocol protocol, int port, int identity);

  /**
   * The verdict on the connection, at more cost, with the rules that came near: those whose peer
   * matches but no port does, or the reverse. Of what is {@link Audited} the denial has them.
   *
   * @see #peer
   */
  default Verdict explain(Direction direction, Protocol protocol, int port, int identity) {
    return peer(direction, protocol, port, identity).connection();
  }

  /**
   * The same decision for the kernel: every range of ports on which something happens to some peer.
   *
   * <p>Entries of {@link Protocol#OTHER} are about every protocol. Of several entries that cover a
   * packet the strongest action counts ({@link PortVerdict.Action}), and of those with that action
   * the one that names the peer, then that with fewer ports, then that of the very protocol: it
   * already holds what wider ones say about the same. Where nothing is enforced, and on the node's
   * way to its pods, a peer may so be steered whom the proxy need not inspect: it relays. Where
   * rules of several tiers meet, the kernel may so refuse what a stronger tier allows one peer.
   */
  List<PortVerdict> ports(Direction direction);
}
