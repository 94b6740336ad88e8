package io.sluice.bpf.steer;

import io.sluice.bpf.libbpf.Libc;
import io.sluice.bpf.map.EndpointValue;
import io.sluice.bpf.map.EndpointValue.Mode;
import io.sluice.bpf.map.IdentityKey;
import io.sluice.bpf.map.PeerValue;
import io.sluice.bpf.steer.Applied.Unattached;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The endpoints whose interfaces are there, by their present index: one may have come back under
 * the same name.
 */
public record Resolution(Map<Integer, EndpointEntry> endpoints) {

  /**
   * Finds the interfaces.
   *
   * @param unattached gets the judged endpoints that have none
   */
  public static Resolution of(List<EndpointEntry> endpoints, List<Unattached> unattached) {
    Map<Integer, EndpointEntry> found = new LinkedHashMap<>();
    for (EndpointEntry entry : endpoints) {
      int ifindex = Libc.interfaceIndex(entry.hostInterface());
      EndpointEntry other = ifindex == 0 ? null : found.putIfAbsent(ifindex, entry);
      if (ifindex == 0 && entry.judged()) {
        unattached.add(
            new Unattached(entry, "no interface '" + entry.hostInterface() + "' on this node"));
      } else if (other != null) {
        unattached.add(
            new Unattached(
                entry,
                "interface '" + entry.hostInterface() + "' is that of endpoint " + other.id()));
      }
    }
    return new Resolution(found);
  }

  /** Those that anything about is judged. */
  public Set<Integer> judged() {
    return endpoints.entrySet().stream()
        .filter(each -> each.getValue().judged())
        .map(Map.Entry::getKey)
        .collect(Collectors.toSet());
  }

  /** What the programs are told about them. */
  Map<Integer, EndpointValue> values(Links links) {
    Map<Integer, EndpointValue> values = new HashMap<>();
    endpoints.forEach(
        (ifindex, entry) ->
            values.put(
                ifindex,
                new EndpointValue(
                    entry.id(),
                    entry.identity(),
                    links.master(ifindex),
                    entry.addresses(),
                    mode(entry.ingress()),
                    mode(entry.egress()),
                    entry.sourceChecked(),
                    links.namespace(ifindex))));
    return values;
  }

  /** Who stands behind their addresses, and on which interface. */
  Map<IdentityKey, PeerValue> peers() {
    Map<IdentityKey, PeerValue> local = new HashMap<>();
    endpoints.forEach(
        (ifindex, entry) -> {
          for (InetAddress address : entry.addresses()) {
            // Of two that claim one address, the first has it.
            local.putIfAbsent(
                IdentityKey.of(address, address.getAddress().length * Byte.SIZE),
                new PeerValue(entry.identity(), ifindex));
          }
        });
    return local;
  }

  private static Mode mode(Enforcement enforcement) {
    return switch (enforcement) {
      case NONE -> Mode.NONE;
      case AUDIT -> Mode.AUDIT;
      case ENFORCED -> Mode.ENFORCE;
    };
  }
}
