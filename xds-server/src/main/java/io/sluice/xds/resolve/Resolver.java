package io.sluice.xds.resolve;

import io.sluice.proxy.policy.ReservedIdentity;
import io.sluice.xds.identity.Identities;
import io.sluice.xds.identity.Identity;
import io.sluice.xds.world.L7Rules;
import io.sluice.xds.world.Labels;
import io.sluice.xds.world.PeerSelector;
import io.sluice.xds.world.Pod;
import io.sluice.xds.world.Policy;
import io.sluice.xds.world.Selector;
import io.sluice.xds.world.Warning;
import io.sluice.xds.world.World;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Resolves every local endpoint of a world: which directions are enforced, and who may do what. An
 * enforced direction allows only what is listed.
 */
public final class Resolver {
  private static final List<Integer> LOCAL_NODE = List.of(ReservedIdentity.HOST);

  private final World world;
  private final Identities identities;
  private final Map<Selector, List<Integer>> selected = new HashMap<>();
  private final Set<Warning> warnings = new LinkedHashSet<>();

  /**
   * What a world comes to.
   *
   * @param endpoints ordered by namespace and name
   * @param warnings selectors that match nothing, pods that can't be enforced
   */
  public record Result(List<EndpointRules> endpoints, List<Warning> warnings) {}

  private Resolver(World world, Identities identities) {
    this.world = world;
    this.identities = identities;
  }

  /** Resolves a world whose identities are known. */
  public static Result resolve(World world, Identities identities) {
    return new Resolver(world, identities).all();
  }

  private Result all() {
    List<EndpointRules> endpoints = new ArrayList<>();
    Map<String, Pod> interfaces = new HashMap<>();
    for (Pod pod : world.pods()) {
      if (!pod.hostInterface().isEmpty() && enforceable(pod, interfaces)) {
        endpoints.add(endpoint(pod));
      }
    }
    for (Policy policy : world.policies()) {
      warnOfNothing(policy);
    }
    return new Result(List.copyOf(endpoints), List.copyOf(warnings));
  }

  /**
   * Whether an interface is still free. A pod without an address is an endpoint too: the proxy
   * can't look its policy up and denies, which is safer than leaving its interface alone.
   */
  private boolean enforceable(Pod pod, Map<String, Pod> interfaces) {
    Pod other = interfaces.putIfAbsent(pod.hostInterface(), pod);
    if (other != null) {
      warn(
          pod,
          "names the interface "
              + pod.hostInterface()
              + " of the pod "
              + other.fullName()
              + ", whose policy is enforced there; give each pod its own interface");
    } else if (pod.addresses().isEmpty()) {
      warn(
          pod,
          "has no address in status.podIPs, so whatever a policy enforces for it is denied; name"
              + " its addresses");
    }
    return other == null;
  }

  private void warn(Pod pod, String reason) {
    warnings.add(new Warning(pod.source(), "", "pod " + pod.fullName() + " " + reason));
  }

  private EndpointRules endpoint(Pod pod) {
    Identity identity = identity(pod);
    TreeSet<String> policies = new TreeSet<>();
    List<Allow> in = new ArrayList<>();
    List<Allow> out = new ArrayList<>();
    boolean ingress = false;
    boolean egress = false;
    for (Policy policy : world.policies()) {
      for (Policy.Rule rule : policy.rules()) {
        if (rule.subject().selector().matches(identity.labels())) {
          policies.add(policy.fullName());
          ingress |= !rule.ingress().items().isEmpty();
          egress |= !rule.egress().items().isEmpty();
          rule.ingress().items().forEach(item -> add(in, policy, item));
          rule.egress().items().forEach(item -> add(out, policy, item));
        }
      }
    }
    warnings.addAll(Shadow.find(in));
    warnings.addAll(Shadow.find(out));
    if (ingress) {
      // The local node may always reach its pods, or it could not probe their health.
      in.add(new Allow(null, new Policy.Place("", ""), 0, 0, LOCAL_NODE, List.of()));
    }
    return new EndpointRules(
        pod,
        identity,
        new EndpointRules.Direction(ingress, List.copyOf(in)),
        new EndpointRules.Direction(egress, List.copyOf(out)),
        List.copyOf(policies));
  }

  private Identity identity(Pod pod) {
    Identity identity = identities.ofPods().get(pod);
    if (identity == null) {
      throw new IllegalStateException("pod " + pod.fullName() + " has no identity");
    }
    return identity;
  }

  private void add(List<Allow> allows, Policy policy, Policy.Item item) {
    List<Integer> peers = null;
    if (item.peers() != null) {
      peers = union(item.peers());
      if (peers != null && peers.isEmpty()) {
        return; // nobody is selected; an empty list further on would mean everybody
      }
    }
    List<Policy.PortRule> portRules = item.ports();
    if (portRules == null) {
      if (item.peers() != null) {
        allows.add(new Allow(policy, item.place(), 0, 0, peers, List.of()));
      }
      return; // neither peers nor ports: it allows nothing
    }
    for (Policy.PortRule rule : portRules) {
      for (Policy.Ports ports : rule.ports()) {
        if (tcp(ports.protocol())) {
          allows.add(
              new Allow(policy, rule.place(), ports.first(), ports.last(), peers, http(rule)));
        }
      }
    }
  }

  private static boolean tcp(Policy.Protocol protocol) {
    return protocol == Policy.Protocol.TCP || protocol == Policy.Protocol.ANY;
  }

  private static List<L7Rules.HttpRule> http(Policy.PortRule rule) {
    return switch (rule.l7()) {
      case null -> List.of();
      case L7Rules.Http http -> http.rules();
      case L7Rules other -> throw new IllegalStateException("can't be resolved: " + other);
    };
  }

  private static Selector selector(Policy.Peer peer) {
    return switch (peer.selector()) {
      case PeerSelector.Labelled labelled -> labelled.selector();
      case PeerSelector other -> throw new IllegalStateException("can't be resolved: " + other);
    };
  }

  /** The identities that any of the selectors selects, sorted; null if one selects everything. */
  private @Nullable List<Integer> union(List<Policy.Peer> peers) {
    TreeSet<Integer> all = new TreeSet<>();
    for (Policy.Peer peer : peers) {
      if (selector(peer).everything()) {
        return null;
      }
      all.addAll(select(selector(peer)));
    }
    return List.copyOf(all);
  }

  private List<Integer> select(Selector selector) {
    return selected.computeIfAbsent(
        selector,
        wanted ->
            identities.all().stream()
                .filter(identity -> wanted.matches(identity.labels()))
                .map(Identity::number)
                .toList());
  }

  private void warnOfNothing(Policy policy) {
    for (Policy.Rule rule : policy.rules()) {
      if (identities.ofPods().values().stream().map(Identity::labels).noneMatch(matches(rule))) {
        warn(policy, rule.subject().place(), "selects no pod, so the rule does nothing");
      }
      warnOfNobody(policy, rule.ingress().items());
      warnOfNobody(policy, rule.egress().items());
    }
  }

  private static Predicate<Labels> matches(Policy.Rule rule) {
    return labels -> rule.subject().selector().matches(labels);
  }

  private void warnOfNobody(Policy policy, List<Policy.Item> items) {
    for (Policy.Item item : items) {
      if (item.peers() != null) {
        for (Policy.Peer peer : item.peers()) {
          if (!selector(peer).everything() && select(selector(peer)).isEmpty()) {
            warn(policy, peer.place(), "selects no peer, so it allows nobody");
          }
        }
      }
    }
  }

  private void warn(Policy policy, Policy.Place place, String reason) {
    warnings.add(
        new Warning(
            place.source(),
            place.field(),
            policy.kind()
                + " "
                + policy.fullName()
                + ": "
                + reason
                + " now; check labels and namespace if pods were meant"));
  }
}
