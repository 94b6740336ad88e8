package io.sluice.proxy.policy.compile;

import io.sluice.cilium.PortNetworkPolicy;
import io.sluice.cilium.PortNetworkPolicyRule;
import io.sluice.proxy.policy.Direction;
import io.sluice.proxy.policy.ReservedIdentity;
import io.sluice.proxy.policy.rule.Protocol;
import io.sluice.v1.IpProtocol;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a resource says about one question, read tier by tier with nothing prepared: the strongest
 * tier that has an answer gives it, and inside a tier a deny comes first.
 *
 * @param entries the entries of one direction
 * @param direction that direction
 * @param yields whether words yield to rules for more than the one port
 */
record PlainReading(List<PortNetworkPolicy> entries, Direction direction, boolean yields) {

  private record Applying(PortNetworkPolicyRule rule, boolean onePort) {}

  /** Whether a peer may say a word, or, with a word of null, whether it may connect. */
  boolean allows(Protocol protocol, int port, int identity, @Nullable String word) {
    List<Applying> stronger = new ArrayList<>();
    for (List<Applying> tier : tiers(protocol, port, identity).descendingMap().values()) {
      if (tier.stream().anyMatch(applying -> applying.rule().getDeny())) {
        return false;
      }
      stronger.addAll(tier);
      if (tier.stream().anyMatch(applying -> allows(applying, stronger, identity, word))) {
        return true;
      }
    }
    return false;
  }

  private TreeMap<Long, List<Applying>> tiers(Protocol protocol, int port, int identity) {
    TreeMap<Long, List<Applying>> tiers = new TreeMap<>();
    for (PortNetworkPolicy entry : entries) {
      if (covers(entry, protocol, port)) {
        for (PortNetworkPolicyRule rule : rules(entry)) {
          List<Integer> peers = rule.getRemotePoliciesList();
          if (peers.isEmpty() || peers.contains(identity)) {
            tiers
                .computeIfAbsent(
                    Integer.toUnsignedLong(rule.getPrecedence()), _ -> new ArrayList<>())
                .add(new Applying(rule, isOnePort(entry)));
          }
        }
      }
    }
    return tiers;
  }

  private static List<PortNetworkPolicyRule> rules(PortNetworkPolicy entry) {
    return entry.getRulesCount() == 0
        ? List.of(PortNetworkPolicyRule.getDefaultInstance())
        : entry.getRulesList();
  }

  private static boolean covers(PortNetworkPolicy entry, Protocol protocol, int port) {
    return switch (entry.getIpProtocol()) {
      case IP_PROTOCOL_EVERY -> true;
      case IP_PROTOCOL_TCP -> protocol == Protocol.TCP && coversPort(entry, port);
      case IP_PROTOCOL_UDP -> protocol == Protocol.UDP && coversPort(entry, port);
      case IP_PROTOCOL_SCTP -> protocol == Protocol.SCTP && coversPort(entry, port);
      case IP_PROTOCOL_ICMP -> protocol == Protocol.ICMP && coversType(entry, port);
      default -> throw new IllegalArgumentException("no entry is made for " + entry);
    };
  }

  private static boolean coversPort(PortNetworkPolicy entry, int port) {
    return entry.getPort() == 0 || coversType(entry, port);
  }

  private static boolean coversType(PortNetworkPolicy entry, int port) {
    int last = entry.getEndPort() == 0 ? entry.getPort() : entry.getEndPort();
    return entry.getPort() <= port && port <= last;
  }

  private static boolean isOnePort(PortNetworkPolicy entry) {
    boolean single = entry.getEndPort() == 0 || entry.getEndPort() == entry.getPort();
    return entry.getIpProtocol() != IpProtocol.IP_PROTOCOL_EVERY && entry.getPort() != 0 && single;
  }

  private boolean allows(
      Applying applying, List<Applying> stronger, int identity, @Nullable String word) {
    PortNetworkPolicyRule rule = applying.rule();
    if (word == null) {
      return true;
    }
    if (rule.hasHttpRules()) {
      return rule.getHttpRules().getHttpRulesList().stream()
          .anyMatch(http -> http.getHeaders(0).getExactMatch().equals(word));
    }
    List<PortNetworkPolicyRule> restricting =
        stronger.stream().map(Applying::rule).filter(PortNetworkPolicyRule::hasHttpRules).toList();
    if (direction == Direction.INGRESS && identity == ReservedIdentity.HOST) {
      boolean named =
          restricting.stream().anyMatch(other -> other.getRemotePoliciesList().contains(identity));
      return !isNodesOwn(rule) || !named;
    }
    return restricting.isEmpty() || applying.onePort() || yields;
  }

  /** Policy language, section 4.10: the node may always reach its pods, and nobody wrote so. */
  private static boolean isNodesOwn(PortNetworkPolicyRule rule) {
    return !rule.hasOrigin() && rule.getRemotePoliciesList().equals(List.of(ReservedIdentity.HOST));
  }
}
