package io.sluice.proxy.admin;

import io.sluice.proxy.policy.Direction;
import io.sluice.proxy.policy.EndpointPolicy;
import io.sluice.proxy.policy.PolicySnapshot;
import io.sluice.proxy.policy.PortVerdict;
import io.sluice.proxy.policy.Prefix;
import io.sluice.proxy.policy.rule.Protocol;
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

  /**
   * What happens to some peers on a range of ports.
   *
   * @param protocol what it is about; {@code EVERY} is every protocol
   * @param identities the peers; none: every peer
   * @param audit see {@link PortVerdict#audit}
   * @param policy the object whose rule decided first; empty if none did
   * @param rule the rule's field path
   */
  record DumpedPorts(
      String protocol,
      List<Long> identities,
      int firstPort,
      int lastPort,
      String action,
      boolean audit,
      String policy,
      String rule) {}

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
    return verdicts.stream().map(ConfigDump::ports).toList();
  }

  private static DumpedPorts ports(PortVerdict verdict) {
    List<Long> identities = new ArrayList<>();
    verdict
        .peers()
        .identities()
        .forEach(identity -> identities.add(Integer.toUnsignedLong(identity)));
    return new DumpedPorts(
        verdict.protocol() == Protocol.OTHER ? "EVERY" : verdict.protocol().name(),
        identities,
        verdict.firstPort(),
        verdict.lastPort(),
        verdict.action().name(),
        verdict.audit(),
        verdict.rule().policy(),
        verdict.rule().rule());
  }
}
