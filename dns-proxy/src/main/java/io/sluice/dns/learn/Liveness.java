package io.sluice.dns.learn;

import java.net.InetAddress;
import java.util.Set;

/** Knows which addresses pods of this node have connections to. */
@FunctionalInterface
public interface Liveness {
  /** Knows of none. */
  Liveness NONE = addresses -> Set.of();

  /** Those of the addresses to which a connection lives now; may take its time. */
  Set<InetAddress> living(Set<InetAddress> addresses);
}
