package io.sluice.app.judge;

import io.sluice.proxy.policy.ReservedIdentity;
import io.sluice.xds.world.Node;
import io.sluice.xds.world.Pod;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/** One end of a connection that is asked about. */
sealed interface Party {

  /** A pod with addresses of its own: an endpoint, and a peer of the other end. */
  record OfPod(Pod pod) implements Party {}

  /**
   * A node, or a pod that shares its network and can't be told from it.
   *
   * @param node an endpoint if policies select it
   * @param address one of its addresses, or null if it has none
   */
  record OfNode(Node node, @Nullable InetAddress address) implements Party {}

  /** Whoever stands behind an address that is no pod's and no node's. */
  record OfAddress(InetAddress address) implements Party {}

  /** Whoever has just one reserved label. */
  record OfEntity(Entity entity) implements Party {}

  /** The entities that stand for a peer, and their identities. */
  enum Entity {
    HOST("host", ReservedIdentity.HOST),
    WORLD("world", ReservedIdentity.WORLD),
    UNMANAGED("unmanaged", ReservedIdentity.UNMANAGED),
    HEALTH("health", ReservedIdentity.HEALTH),
    INIT("init", ReservedIdentity.INIT),
    REMOTE_NODE("remote-node", ReservedIdentity.REMOTE_NODE),
    KUBE_APISERVER("kube-apiserver", ReservedIdentity.KUBE_APISERVER),
    INGRESS("ingress", ReservedIdentity.INGRESS),
    WORLD_IPV4("world-ipv4", ReservedIdentity.WORLD_IPV4),
    WORLD_IPV6("world-ipv6", ReservedIdentity.WORLD_IPV6);

    private final String word;
    private final int identity;

    Entity(String word, int identity) {
      this.word = word;
      this.identity = identity;
    }

    /** The name in the policy language. */
    String word() {
      return word;
    }

    int identity() {
      return identity;
    }
  }
}
