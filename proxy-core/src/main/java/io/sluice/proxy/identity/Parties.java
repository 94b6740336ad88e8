package io.sluice.proxy.identity;

import io.sluice.proxy.policy.Direction;
import io.sluice.proxy.policy.EndpointPolicy;
import io.sluice.proxy.policy.Peer;
import io.sluice.proxy.policy.PeerPolicy;
import io.sluice.proxy.policy.PolicySnapshot;
import io.sluice.proxy.policy.rule.Protocol;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * Who is on the two sides of a connection: the local endpoint whose policy is enforced, and its
 * peer.
 *
 * @param enforced the endpoint's policy
 * @param peer the other side
 * @param policy what the peer may do
 */
public record Parties(EndpointPolicy enforced, Peer peer, PeerPolicy policy) {

  /**
   * Finds both in a snapshot. Into an endpoint the destination is enforced and the client is the
   * peer; out of an endpoint it is the other way round.
   *
   * @return null if no local endpoint has the enforced address
   */
  public static @Nullable Parties in(
      PolicySnapshot snapshot,
      Direction direction,
      InetSocketAddress client,
      InetSocketAddress destination) {
    boolean ingress = direction == Direction.INGRESS;
    EndpointPolicy enforced =
        snapshot.endpoint(ingress ? destination.getAddress() : client.getAddress());
    if (enforced == null) {
      return null;
    }
    Peer peer = snapshot.peer(ingress ? client.getAddress() : destination.getAddress());
    PeerPolicy policy =
        enforced.peer(direction, Protocol.TCP, destination.getPort(), peer.identity());
    return new Parties(enforced, peer, policy);
  }
}
