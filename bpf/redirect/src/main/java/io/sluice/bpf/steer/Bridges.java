package io.sluice.bpf.steer;

import java.util.HashSet;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Which interfaces have a master, as a bridge, that takes what comes in before the node routes it.
 * It looks when an interface is new, because asking costs a process. Not thread-safe.
 */
final class Bridges {
  private Set<Integer> known = Set.of();
  private Set<Integer> bridged = Set.of();

  /** Those of {@code ifindexes} that have a master. */
  Set<Integer> among(Set<Integer> ifindexes) throws DatapathException {
    if (!known.containsAll(ifindexes)) {
      bridged =
          Command.require("ip", "-o", "link", "show")
              .lines()
              .filter(line -> line.contains(" master "))
              .map(line -> Integer.valueOf(line.substring(0, line.indexOf(':'))))
              .collect(Collectors.toSet());
      known = Set.copyOf(ifindexes);
    }
    Set<Integer> among = new HashSet<>(ifindexes);
    among.retainAll(bridged);
    return among;
  }
}
