package io.sluice.xds.resolve;

import io.sluice.xds.identity.Change;
import io.sluice.xds.identity.Identity;
import io.sluice.xds.world.Pod;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Knows which identities' pods have ports of a name. */
final class PortUsers {
  private final Map<Pod.PortName, Map<Integer, Identity>> users = new HashMap<>();
  private final Map<Integer, Set<Pod.PortName>> names = new HashMap<>();
  private long changedAt;

  /** Follows a change of identities at a time. */
  void update(Change change, long time) {
    for (Identity identity : change.gone()) {
      replace(identity, Map.of(), time);
    }
    for (Identity identity : change.came()) {
      replace(identity, identity.namedPorts(), time);
    }
    for (Identity identity : change.renamed()) {
      replace(identity, identity.namedPorts(), time);
    }
  }

  private void replace(
      Identity identity, Map<Pod.PortName, ? extends Collection<Integer>> ports, long time) {
    Set<Pod.PortName> before = names.getOrDefault(identity.number(), Set.of());
    if (before.isEmpty() && ports.isEmpty()) {
      return;
    }
    changedAt = time;
    for (Pod.PortName name : before) {
      users.computeIfPresent(
          name,
          (n, having) -> {
            having.remove(identity.number());
            return having.isEmpty() ? null : having;
          });
    }
    for (Pod.PortName name : ports.keySet()) {
      users.computeIfAbsent(name, n -> new TreeMap<>()).put(identity.number(), identity);
    }
    if (ports.isEmpty()) {
      names.remove(identity.number());
    } else {
      names.put(identity.number(), Set.copyOf(ports.keySet()));
    }
  }

  /** The time of the last change. */
  long changedAt() {
    return changedAt;
  }

  /** The ports of peers. */
  NamedPorts ports() {
    return NamedPorts.ofPeers(name -> users.getOrDefault(name, Map.of()).values());
  }
}
