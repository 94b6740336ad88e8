package io.sluice.proxy.policy;

import io.sluice.cilium.NetworkPolicy;
import io.sluice.cilium.PortNetworkPolicy;
import io.sluice.proxy.policy.ResourceReader.PortRules;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/** Turns one policy resource into one endpoint's tables, or refuses it as a whole. */
final class EndpointCompiler {
  private final ResourceReader reader;
  private final RangeCompiler ranges = new RangeCompiler();

  EndpointCompiler(ResourceReader reader) {
    this.reader = reader;
  }

  CompiledEndpoint compile(NetworkPolicy resource) throws InvalidPolicyException {
    ResourceReader.refuseUnknownFields(resource);
    Endpoint endpoint = ResourceReader.endpoint(resource);
    return new CompiledEndpoint(
        endpoint,
        table(
            Direction.INGRESS,
            "ingress_per_port_policies",
            resource.getIngressPerPortPoliciesList()),
        table(
            Direction.EGRESS, "egress_per_port_policies", resource.getEgressPerPortPoliciesList()));
  }

  /**
   * Cuts overlapping entries into disjoint ranges; each gets the rules of all entries that cover
   * it, and those for any port, so that a lookup needs one range only.
   */
  private PortTable table(Direction direction, String field, List<PortNetworkPolicy> entries)
      throws InvalidPolicyException {
    List<PortRules> ports = reader.ports(field, entries);
    TreeSet<Integer> starts = new TreeSet<>(List.of(0));
    for (PortRules entry : ports) {
      if (entry.first() != 0) {
        starts.add(entry.first());
        if (entry.last() < PortTable.LAST_PORT) {
          starts.add(entry.last() + 1);
        }
      }
    }
    List<PeerTable> peers = new ArrayList<>(starts.size());
    for (int start : starts) {
      List<Rule> covering = new ArrayList<>();
      for (PortRules entry : ports) {
        if (entry.first() == 0 || (entry.first() <= start && start <= entry.last())) {
          covering.addAll(entry.rules());
        }
      }
      try {
        peers.add(ranges.compile(direction, covering));
      } catch (InvalidPolicyException invalid) {
        throw new InvalidPolicyException(field + ", port " + start + ": " + invalid.getMessage());
      }
    }
    return new PortTable(starts.stream().mapToInt(Integer::intValue).toArray(), peers);
  }
}
