package io.sluice.proxy.admin;

import io.sluice.proxy.policy.Direction;
import io.sluice.proxy.policy.EndpointPolicy;
import io.sluice.proxy.policy.PolicySnapshot;
import io.sluice.proxy.policy.PortVerdict;
import io.sluice.proxy.policy.Prefix;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What {@code /config_dump} answers: the snapshot as the node enforces it. It holds no secrets: the
 * values that rules compare with are not in it.
 *
 * @param version of the snapshot
 * @param endpoints by number
 * @param identities by number
 */
record ConfigDump(long version, List<DumpedEndpoint> endpoints, List<DumpedIdentity> identities) {

  /** An endpoint and what the kernel is told of it. */
  record DumpedEndpoint(
      long id,
      Status.LocalEndpoint endpoint,
      List<DumpedPorts> ingress,
      List<DumpedPorts> egress) {}

  /** Ports that some peer may connect to; identity 0 is every peer without an entry of its own. */
  record DumpedPorts(long identity, int firstPort, int lastPort, String action) {}

  /** An identity and its addresses. */
  record DumpedIdentity(long identity, List<String> labels, List<String> prefixes) {}

  static ConfigDump of(PolicySnapshot snapshot) {
    Map<Integer, List<String>> prefixes = new TreeMap<>(Integer::compareUnsigned);
    snapshot.identities().keySet().forEach(id -> prefixes.put(id, new ArrayList<>()));
    for (Prefix prefix : snapshot.prefixes()) {
      prefixes
          .computeIfAbsent(prefix.identity(), _ -> new ArrayList<>())
          .add(prefix.address().getHostAddress() + "/" + prefix.length());
    }
    List<DumpedIdentity> identities = new ArrayList<>();
    prefixes.forEach(
        (id, list) ->
            identities.add(
                new DumpedIdentity(
                    Integer.toUnsignedLong(id),
                    snapshot.identities().getOrDefault(id, List.of()),
                    list)));
    return new ConfigDump(
        snapshot.version(),
        snapshot.endpoints().stream().map(ConfigDump::endpoint).toList(),
        identities);
  }

  private static DumpedEndpoint endpoint(EndpointPolicy policy) {
    return new DumpedEndpoint(
        policy.endpoint().id(),
        Status.LocalEndpoint.of(policy.endpoint()),
        ports(policy.ports(Direction.INGRESS)),
        ports(policy.ports(Direction.EGRESS)));
  }

  private static List<DumpedPorts> ports(List<PortVerdict> verdicts) {
    return verdicts.stream()
        .map(
            verdict ->
                new DumpedPorts(
                    Integer.toUnsignedLong(verdict.identity()),
                    verdict.firstPort(),
                    verdict.lastPort(),
                    verdict.action().name()))
        .toList();
  }
}
