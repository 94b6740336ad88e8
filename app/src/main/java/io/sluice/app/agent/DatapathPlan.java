package io.sluice.app.agent;

import io.sluice.bpf.steer.DatapathState;
import io.sluice.bpf.steer.EndpointEntry;
import io.sluice.bpf.steer.Enforcement;
import io.sluice.bpf.steer.IdentityEntry;
import io.sluice.bpf.steer.PolicyEntry;
import io.sluice.dns.match.DnsRuleCompiler;
import io.sluice.proxy.policy.Direction;
import io.sluice.proxy.policy.Endpoint;
import io.sluice.proxy.policy.EndpointPolicy;
import io.sluice.proxy.policy.Peer;
import io.sluice.proxy.policy.PolicySnapshot;
import io.sluice.proxy.policy.PortVerdict;
import io.sluice.proxy.policy.Prefix;
import io.sluice.proxy.policy.ReservedIdentity;
import io.sluice.proxy.policy.rule.Protocol;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What the kernel has to enforce so that it and the proxy follow the same snapshot: complete and
 * pure, made anew for each.
 *
 * @param state what the kernel is told
 * @param endpoints the endpoints in it, by the number that the kernel knows them by
 * @param problems what could not be planned, each with the endpoint it concerns
 */
public record DatapathPlan(
    DatapathState state, Map<Integer, Endpoint> endpoints, List<Problem> problems) {
  /** The field that names an endpoint's interface. */
  static final String INTERFACE_FIELD = "metadata.annotations[sluice.io/interface]";

  /** Nothing is enforced. */
  static final DatapathPlan EMPTY =
      new DatapathPlan(new DatapathState(List.of(), List.of(), List.of()), Map.of(), List.of());

  private static final int LONGEST_INTERFACE_NAME = 15;

  /**
   * An endpoint that is not enforced as it should be.
   *
   * @param endpoint {@code namespace/name}
   * @param field the part of its description that is at fault
   * @param reason what is wrong and what was expected
   */
  public record Problem(String endpoint, String field, String reason) {}

  /**
   * Plans for a snapshot.
   *
   * @param nodeAddresses every address of the node itself: they are the host, whatever the snapshot
   *     says
   * @param numbers gives the rules their numbers; settled with this plan
   */
  static DatapathPlan of(
      PolicySnapshot snapshot,
      Collection<InetAddress> nodeAddresses,
      RuleNumbers numbers,
      PacketSettings settings) {
    Builder builder = new Builder(numbers, settings);
    for (EndpointPolicy policy : snapshot.endpoints()) {
      builder.add(policy);
    }
    numbers.settle();
    Set<InetAddress> own = Set.copyOf(nodeAddresses);
    return new DatapathPlan(
        new DatapathState(
            builder.entries,
            builder.policy,
            identities(snapshot, own),
            learned(snapshot, snapshot.learned().all().keySet(), own)),
        Map.copyOf(builder.endpoints),
        List.copyOf(builder.problems));
  }

  /** {@code namespace/name} of the endpoint with a number of this plan. */
  String name(int endpoint) {
    Endpoint named = endpoints.get(endpoint);
    return named == null ? "endpoint " + endpoint : Builder.name(named);
  }

  private static List<IdentityEntry> identities(
      PolicySnapshot snapshot, Set<InetAddress> nodeAddresses) {
    List<IdentityEntry> identities = new ArrayList<>();
    for (InetAddress address : nodeAddresses) {
      identities.add(new IdentityEntry(address, bits(address), ReservedIdentity.HOST));
    }
    for (Prefix prefix : snapshot.prefixes()) {
      boolean nodeItself =
          prefix.length() == bits(prefix.address()) && nodeAddresses.contains(prefix.address());
      if (!nodeItself) {
        identities.add(new IdentityEntry(prefix.address(), prefix.length(), prefix.identity()));
      }
    }
    return identities;
  }

  /**
   * Who some addresses are by their names; the node's own are the node, whatever names they have.
   */
  static Map<InetAddress, Integer> learned(
      PolicySnapshot snapshot, Collection<InetAddress> addresses, Set<InetAddress> nodeAddresses) {
    Map<InetAddress, Integer> learned = new HashMap<>();
    for (InetAddress address : addresses) {
      Peer peer = nodeAddresses.contains(address) ? null : snapshot.learned().find(address);
      if (peer != null) {
        learned.put(address, peer.identity());
      }
    }
    return learned;
  }

  private static int bits(InetAddress address) {
    return address instanceof Inet4Address ? 32 : 128;
  }

  private static final class Builder {
    private final List<EndpointEntry> entries = new ArrayList<>();
    private final List<PolicyEntry> policy = new ArrayList<>();
    private final Map<Integer, Endpoint> endpoints = new HashMap<>();
    private final List<Problem> problems = new ArrayList<>();
    private final Map<String, Endpoint> interfaces = new HashMap<>();
    private final Map<InetAddress, Endpoint> addresses = new HashMap<>();
    private final RuleNumbers numbers;
    private final PacketSettings settings;

    Builder(RuleNumbers numbers, PacketSettings settings) {
      this.numbers = numbers;
      this.settings = settings;
    }

    void add(EndpointPolicy endpointPolicy) {
      Endpoint endpoint = endpointPolicy.endpoint();
      for (InetAddress address : endpoint.addresses()) {
        Endpoint other = addresses.putIfAbsent(address, endpoint);
        if (other != null) {
          problem(
              endpoint,
              "status.podIPs",
              address.getHostAddress() + " is also that of " + name(other));
        }
      }
      String hostInterface = endpoint.hostInterface();
      if (hostInterface.isEmpty()
          && !endpoint.judged(Direction.INGRESS)
          && !endpoint.judged(Direction.EGRESS)) {
        return;
      }
      if (hostInterface.isEmpty() || hostInterface.length() > LONGEST_INTERFACE_NAME) {
        problem(
            endpoint,
            INTERFACE_FIELD,
            "interface '" + hostInterface + "' (expected: 1 to 15 characters)");
        return;
      }
      Endpoint other = interfaces.putIfAbsent(hostInterface, endpoint);
      if (other != null) {
        problem(
            endpoint,
            INTERFACE_FIELD,
            "interface " + hostInterface + " is already that of " + name(other));
        return;
      }
      if (endpoint.id() <= 0 || endpoint.id() > Integer.MAX_VALUE) {
        problem(endpoint, "id", endpoint.id() + " (expected: 1 to " + Integer.MAX_VALUE + ")");
        return;
      }
      if (endpoint.identity() == ReservedIdentity.ANY) {
        problem(endpoint, "identity", "0 (expected: the pod's own)");
        return;
      }
      int id = (int) endpoint.id();
      endpoints.put(id, endpoint);
      entries.add(
          new EndpointEntry(
              id,
              hostInterface,
              endpoint.identity(),
              endpoint.addresses(),
              enforcement(endpoint.ingress()),
              enforcement(endpoint.egress()),
              settings.allSources()));
      for (Direction direction : Direction.values()) {
        if (endpoint.judged(direction)) {
          addPorts(id, direction, endpointPolicy.ports(direction));
        }
      }
    }

    private static Enforcement enforcement(io.sluice.proxy.policy.Enforcement told) {
      return switch (told) {
        case NONE -> Enforcement.NONE;
        case AUDIT -> Enforcement.AUDIT;
        case ENFORCING -> Enforcement.ENFORCED;
      };
    }

    private void addPorts(int id, Direction direction, List<PortVerdict> ports) {
      for (PortVerdict port : ports) {
        if (port.peers().isAny()) {
          add(id, direction, PolicyEntry.ANY, port);
        } else {
          port.peers().identities().forEach(identity -> add(id, direction, identity, port));
        }
      }
    }

    private void add(int id, Direction direction, int identity, PortVerdict port) {
      policy.add(
          new PolicyEntry(
              id,
              direction == Direction.EGRESS,
              identity,
              port.protocol() == Protocol.OTHER
                  ? PolicyEntry.ANY_PROTOCOL
                  : port.protocol().number(),
              port.firstPort(),
              port.lastPort(),
              action(port),
              port.audit(),
              numbers.of(port.rule())));
    }

    private PolicyEntry.Action action(PortVerdict port) {
      return switch (port.action()) {
        case DENY -> PolicyEntry.Action.DENY;
        case PASS -> PolicyEntry.Action.ALLOW;
        case STEER ->
            settings.queriesPassUnjudged() && port.inspectedBy().equals(DnsRuleCompiler.PROTOCOL)
                ? PolicyEntry.Action.STEER_OR_PASS
                : PolicyEntry.Action.STEER;
      };
    }

    private void problem(Endpoint endpoint, String field, String reason) {
      problems.add(new Problem(name(endpoint), field, reason));
    }

    private static String name(Endpoint endpoint) {
      return endpoint.namespace() + "/" + endpoint.name();
    }
  }
}
