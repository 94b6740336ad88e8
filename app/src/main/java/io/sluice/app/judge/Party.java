package io.sluice.app.judge;

import io.sluice.proxy.policy.ReservedIdentity;
import io.sluice.xds.world.Pod;
import java.net.InetAddress;

/** One end of a connection that is asked about. */
sealed interface Party {

  /** A pod with addresses of its own: an endpoint, and a peer of the other end. */
  record OfPod(Pod pod) implements Party {}

  /** Whoever stands behind an address. */
  record OfAddress(InetAddress address) implements Party {}

  /** Whoever has just one reserved label. */
  record OfEntity(Entity entity) implements Party {}

  /** The entities that stand for a peer, and their identities. */
  enum Entity {
    HOST("host", ReservedIdentity.HOST),
    WORLD("world", ReservedIdentity.WORLD),
    UNMANAGED("unmanaged", 3),
    HEALTH("health", 4),
    INIT("init", 5),
    REMOTE_NODE("remote-node", ReservedIdentity.REMOTE_NODE),
    KUBE_APISERVER("kube-apiserver", 7),
    INGRESS("ingress", 8),
    WORLD_IPV4("world-ipv4", 9),
    WORLD_IPV6("world-ipv6", 10);

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
