package io.sluice.xds.crd.lint;

import io.sluice.xds.world.L7Rules;
import io.sluice.xds.world.Policy;
import io.sluice.xds.world.Policy.Item;
import io.sluice.xds.world.Policy.Peer;
import io.sluice.xds.world.Policy.PortRule;
import io.sluice.xds.world.Policy.Ports;
import io.sluice.xds.world.Policy.Protocol;
import io.sluice.xds.world.Policy.Side;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Finds L7 rules that restrict nothing, because a rule without L7 rules lets the same peer do
 * everything on the same port: allows are a union, which people forget (policy language, 4.8).
 */
final class OpenedL7 {
  /** A courtesy is not worth more comparisons. */
  private static final int MAX_COMPARISONS = 1_000_000;

  private final List<Policy> policies;
  private int comparisons;

  /**
   * What one element of {@code toPorts}, or an item without it, allows.
   *
   * @param ports null: every port
   */
  private record Allow(
      Policy policy,
      Policy.Rule rule,
      Policy.Place place,
      @Nullable List<Peer> peers,
      @Nullable PortRule ports) {}

  OpenedL7(List<Policy> policies) {
    this.policies = policies;
  }

  /** The L7 rules without effect, of both directions. */
  List<PolicyFinding> find() {
    List<PolicyFinding> findings = new ArrayList<>(find(Policy.Rule::ingress));
    findings.addAll(find(Policy.Rule::egress));
    return findings;
  }

  private List<PolicyFinding> find(Function<Policy.Rule, Side> direction) {
    Map<String, List<Allow>> plain = new HashMap<>();
    List<Allow> restricted = new ArrayList<>();
    for (Policy policy : policies) {
      for (Policy.Rule rule : policy.rules()) {
        for (Item item : direction.apply(rule).items()) {
          for (Allow allow : allows(policy, rule, item)) {
            if (allow.ports != null && allow.ports.l7() != null) {
              restricted.add(allow);
            } else {
              plain.computeIfAbsent(policy.namespace(), name -> new ArrayList<>()).add(allow);
            }
          }
        }
      }
    }
    List<PolicyFinding> findings = new ArrayList<>();
    for (Allow allow : restricted) {
      opener(allow, plain).ifPresent(open -> findings.add(warning(allow, open)));
    }
    return findings;
  }

  private static List<Allow> allows(Policy policy, Policy.Rule rule, Item item) {
    List<PortRule> ports = item.ports();
    if (item.deny() || (item.peers() == null && ports == null)) {
      return List.of();
    }
    if (ports == null) {
      return List.of(new Allow(policy, rule, item.place(), item.peers(), null));
    }
    return ports.stream()
        .filter(each -> each.serverNames().isEmpty() && each.tls() == null)
        .map(each -> new Allow(policy, rule, each.place(), item.peers(), each))
        .toList();
  }

  /** A rule of another namespace applies to other endpoints; a cluster-wide one to any. */
  private Optional<Allow> opener(Allow restricted, Map<String, List<Allow>> plain) {
    String namespace = restricted.policy.namespace();
    Optional<Allow> found = opener(restricted, plain.getOrDefault(namespace, List.of()));
    if (found.isEmpty() && !namespace.isEmpty()) {
      found = opener(restricted, plain.getOrDefault("", List.of()));
    }
    return found;
  }

  private Optional<Allow> opener(Allow restricted, List<Allow> plain) {
    for (Allow open : plain) {
      if (++comparisons > MAX_COMPARISONS) {
        return Optional.empty();
      }
      if (open.rule.subject().nodes() == restricted.rule.subject().nodes()
          && portsMeet(restricted.ports, open.ports)
          && Selectors.covers(open.rule.subject().selector(), restricted.rule.subject().selector())
          && peersMeet(restricted.peers, open.peers)) {
        return Optional.of(open);
      }
    }
    return Optional.empty();
  }

  private static boolean portsMeet(@Nullable PortRule restricted, @Nullable PortRule open) {
    if (restricted == null) {
      return false;
    }
    boolean dns = restricted.l7() instanceof L7Rules.Dns;
    if (open == null) {
      // A DNS rule decides about every name on its ports, whoever else may use them (5.7).
      return !dns;
    }
    for (Ports asked : restricted.ports()) {
      for (Ports given : open.ports()) {
        if (protocolsMeet(asked.protocol(), given.protocol()) && portsMeet(asked, given, dns)) {
          return true;
        }
      }
    }
    return false;
  }

  private static boolean protocolsMeet(Protocol asked, Protocol given) {
    return asked == given
        || given == Protocol.ANY
        || (asked == Protocol.ANY && (given == Protocol.TCP || given == Protocol.UDP));
  }

  private static boolean portsMeet(Ports asked, Ports given, boolean exactly) {
    boolean same =
        asked.name().equals(given.name())
            && asked.first() == given.first()
            && asked.last() == given.last();
    if (exactly || same) {
      return same;
    }
    boolean every = given.first() == 0 && given.name().isEmpty();
    boolean overlap =
        asked.name().isEmpty()
            && given.name().isEmpty()
            && given.first() <= asked.last()
            && asked.first() <= given.last();
    return every || overlap;
  }

  private static boolean peersMeet(@Nullable List<Peer> restricted, @Nullable List<Peer> open) {
    if (restricted == null || open == null) {
      return restricted == null ? open == null || !open.isEmpty() : !restricted.isEmpty();
    }
    return restricted.stream()
        .anyMatch(
            one ->
                open.stream()
                    .anyMatch(
                        other ->
                            Selectors.covers(other.selector(), one.selector())
                                || Selectors.covers(one.selector(), other.selector())));
  }

  private static PolicyFinding warning(Allow restricted, Allow open) {
    String of =
        open.policy.equals(restricted.policy)
            ? ""
            : " of " + PolicyFinding.name(open.policy) + " (" + open.place.source() + ")";
    return PolicyFinding.warning(
        restricted.policy,
        restricted.place,
        "its L7 rules restrict nothing for some or all of its peers, because "
            + open.place.field()
            + of
            + " allows them everything on the same port; remove that, or give it L7 rules too");
  }
}
