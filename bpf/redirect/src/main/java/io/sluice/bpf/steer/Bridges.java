package io.sluice.bpf.steer;

import io.sluice.bpf.libbpf.Libc;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Which interfaces have a master, as a bridge, that takes what comes in before the node routes it.
 * It looks when an interface is new, because asking costs a process. Not thread-safe.
 */
public final class Bridges {
  private static final String MASTER = " master ";

  private Set<Integer> known = Set.of();
  private Map<Integer, Integer> masters = Map.of();

  /** The master's index of those of {@code ifindexes} that have one. */
  public Map<Integer, Integer> mastersOf(Set<Integer> ifindexes) throws DatapathException {
    if (!known.containsAll(ifindexes)) {
      masters =
          Command.require("ip", "-o", "link", "show")
              .lines()
              .filter(line -> line.contains(MASTER))
              .collect(Collectors.toMap(Bridges::index, Bridges::master));
      known = Set.copyOf(ifindexes);
    }
    return masters;
  }

  private static int index(String line) {
    return Integer.parseInt(line.substring(0, line.indexOf(':')));
  }

  private static int master(String line) {
    int name = line.indexOf(MASTER) + MASTER.length();
    return Libc.interfaceIndex(line.substring(name, line.indexOf(' ', name)));
  }
}
