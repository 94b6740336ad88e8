package io.sluice.xds.world;

import java.net.InetAddress;
import java.util.List;

/** Knows which addresses name servers gave for names. */
public interface LearnedNames {
  /** No name has been learned. */
  LearnedNames NONE = selector -> List.of();

  /** The addresses of all names that satisfy a selector, in any order. */
  List<InetAddress> of(PeerSelector.Fqdn selector);
}
