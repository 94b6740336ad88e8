package io.sluice.proxy.policy.compile;

import io.sluice.cilium.NetworkPolicy;
import io.sluice.proxy.policy.Direction;
import io.sluice.proxy.policy.Endpoint;
import io.sluice.proxy.policy.compile.CompiledEndpoint.CompiledDirection;
import io.sluice.proxy.policy.rule.InvalidPolicyException;
import io.sluice.proxy.policy.rule.Protocol;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Turns one policy resource into one endpoint's tables, or refuses it as a whole; only a shadow is
 * refused alone, so that audit never changes what is enforced.
 */
final class EndpointCompiler {
  private final ResourceReader reader;
  private final RangeCompiler ranges = new RangeCompiler();

  EndpointCompiler(ResourceReader reader) {
    this.reader = reader;
  }

  CompiledEndpoint compile(NetworkPolicy resource) throws InvalidPolicyException {
    try {
      return guarded(resource, "");
    } catch (InvalidPolicyException invalid) {
      if (!resource.hasIngressShadow() && !resource.hasEgressShadow()) {
        throw invalid;
      }
      NetworkPolicy unaudited =
          resource.toBuilder().clearIngressShadow().clearEgressShadow().build();
      return guarded(unaudited, String.valueOf(invalid.getMessage()));
    }
  }

  private CompiledEndpoint guarded(NetworkPolicy resource, String shadowFault)
      throws InvalidPolicyException {
    try {
      ResourceReader.refuseUnknownFields(resource);
      Endpoint endpoint = ResourceReader.endpoint(resource);
      return new CompiledEndpoint(
          endpoint,
          compile(Direction.INGRESS, reader.rules(Direction.INGRESS, resource)),
          compile(Direction.EGRESS, reader.rules(Direction.EGRESS, resource)),
          shadowFault);
    } catch (RuntimeException | StackOverflowError fault) {
      // A protocol module's fault is that of the resource that led to it, not of its neighbours.
      throw new InvalidPolicyException("can't be compiled: " + fault);
    }
  }

  private CompiledDirection compile(Direction direction, DirectionRules rules)
      throws InvalidPolicyException {
    PortTable unnamed = table(direction, Protocol.OTHER, rules);
    Map<Protocol, PortTable> tables = new EnumMap<>(Protocol.class);
    for (Protocol protocol : Protocol.values()) {
      // What no entry mentions is covered by the same entries as any other protocol.
      tables.put(protocol, rules.mention(protocol) ? table(direction, protocol, rules) : unnamed);
    }
    return new CompiledDirection(rules, tables);
  }

  /**
   * Cuts overlapping entries into disjoint ranges; each gets the rules of all entries that cover
   * it, so that a lookup needs one range only.
   */
  private PortTable table(Direction direction, Protocol protocol, DirectionRules rules)
      throws InvalidPolicyException {
    List<PortRules> enforced = covering(rules.enforced(), protocol);
    List<PortRules> all = rules.shadow();
    List<PortRules> shadow = all == null ? null : covering(all, protocol);
    TreeSet<Integer> starts = new TreeSet<>(List.of(0));
    cut(enforced, starts);
    if (shadow != null) {
      cut(shadow, starts);
    }
    List<PeerTable> peers = new ArrayList<>(starts.size());
    for (int start : starts) {
      try {
        peers.add(
            ranges.compile(
                direction,
                rulesAt(start, enforced),
                shadow == null ? null : rulesAt(start, shadow)));
      } catch (InvalidPolicyException invalid) {
        throw new InvalidPolicyException(
            "port " + start + "/" + protocol + ": " + invalid.getMessage());
      }
    }
    return new PortTable(starts.stream().mapToInt(Integer::intValue).toArray(), peers);
  }

  private static List<PortRules> covering(List<PortRules> entries, Protocol protocol) {
    return entries.stream().filter(entry -> entry.covers(protocol)).toList();
  }

  private static void cut(List<PortRules> entries, Set<Integer> starts) {
    for (PortRules entry : entries) {
      starts.add(entry.first());
      if (entry.last() < PortTable.LAST_PORT) {
        starts.add(entry.last() + 1);
      }
    }
  }

  private static List<Rule> rulesAt(int port, List<PortRules> entries) {
    List<Rule> rules = new ArrayList<>();
    for (PortRules entry : entries) {
      if (entry.first() <= port && port <= entry.last()) {
        rules.addAll(entry.rules());
      }
    }
    return rules;
  }
}
