package io.sluice.bpf.steer;

import io.sluice.bpf.libbpf.Libc;
import io.sluice.bpf.map.EndpointValue;
import io.sluice.bpf.steer.Applied.Unattached;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Finds the interfaces that endpoints name, which may have come back under the same name. */
final class Resolution {
  private Resolution() {}

  /**
   * The endpoints that enforce something, by the present index of their interface.
   *
   * @param unattached gets those that have none
   */
  static Map<Integer, EndpointEntry> resolve(
      List<EndpointEntry> endpoints, List<Unattached> unattached) {
    Map<Integer, EndpointEntry> wanted = new LinkedHashMap<>();
    for (EndpointEntry entry : endpoints) {
      if (!entry.judged()) {
        continue;
      }
      int ifindex = Libc.interfaceIndex(entry.hostInterface());
      if (ifindex == 0) {
        unattached.add(
            new Unattached(entry, "no interface '" + entry.hostInterface() + "' on this node"));
        continue;
      }
      EndpointEntry other = wanted.putIfAbsent(ifindex, entry);
      if (other != null) {
        unattached.add(
            new Unattached(
                entry,
                "interface '" + entry.hostInterface() + "' is that of endpoint " + other.id()));
      }
    }
    return wanted;
  }

  /** What the programs are told about the endpoints of {@link #resolve}. */
  static Map<Integer, EndpointValue> values(
      Map<Integer, EndpointEntry> wanted, Set<Integer> bridged) {
    Map<Integer, EndpointValue> values = new HashMap<>();
    wanted.forEach(
        (ifindex, entry) ->
            values.put(
                ifindex,
                new EndpointValue(
                    entry.id(),
                    entry.ingress() == Enforcement.ENFORCED,
                    entry.egress() == Enforcement.ENFORCED,
                    bridged.contains(ifindex))));
    return values;
  }
}
