package io.sluice.xds.translate;

import io.envoyproxy.envoy.config.core.v3.SocketAddress;
import io.sluice.cilium.NetworkPolicy;
import io.sluice.cilium.PortNetworkPolicy;
import io.sluice.cilium.PortNetworkPolicyRule;
import io.sluice.cilium.ShadowPolicy;
import io.sluice.v1.EndpointInfo;
import io.sluice.v1.Enforcement;
import io.sluice.v1.IpProtocol;
import io.sluice.xds.resolve.Endpoint;
import io.sluice.xds.resolve.EndpointRules;
import io.sluice.xds.resolve.EndpointRules.Direction;
import io.sluice.xds.resolve.Rule;
import io.sluice.xds.resolve.Traffic;
import io.sluice.xds.world.Policy.Protocol;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Makes the resource of one endpoint. Two empty lists in it mean everything (a port's rules, a
 * rule's peers), so neither is ever left empty unless everything is meant.
 */
final class PolicyTranslation {
  private PolicyTranslation() {}

  static NetworkPolicy of(int number, EndpointRules rules) {
    Endpoint endpoint = rules.endpoint();
    EndpointInfo info =
        EndpointInfo.newBuilder()
            .setNamespace(endpoint.namespace())
            .setName(endpoint.name())
            .setInterface(endpoint.hostInterface())
            .setIdentity(endpoint.identity())
            .addAllLabels(endpoint.labels().texts())
            .setIngress(enforcement(rules.ingress()))
            .setEgress(enforcement(rules.egress()))
            .addAllPolicies(rules.policies())
            .build();
    NetworkPolicy.Builder policy =
        NetworkPolicy.newBuilder()
            .addAllEndpointIps(
                endpoint.addresses().stream().map(InetAddress::getHostAddress).toList())
            .setEndpointId(number)
            .setEndpoint(info);
    for (PortNetworkPolicy port : ports(rules.ingress().enforced())) {
      if (forTcp(port)) {
        policy.addIngressPerPortPolicies(port);
      } else {
        policy.addIngressOtherProtocols(port);
      }
    }
    for (PortNetworkPolicy port : ports(rules.egress().enforced())) {
      if (forTcp(port)) {
        policy.addEgressPerPortPolicies(port);
      } else {
        policy.addEgressOtherProtocols(port);
      }
    }
    if (rules.ingress().shadow() != null) {
      policy.setIngressShadow(shadow(rules.ingress().shadow()));
    }
    if (rules.egress().shadow() != null) {
      policy.setEgressShadow(shadow(rules.egress().shadow()));
    }
    return policy.build();
  }

  private static Enforcement enforcement(Direction direction) {
    if (direction.enforced() != null) {
      return Enforcement.ENFORCEMENT_ENFORCING;
    }
    return direction.shadow() != null
        ? Enforcement.ENFORCEMENT_AUDIT
        : Enforcement.ENFORCEMENT_NONE;
  }

  /** Whether an entry stands in the list that every reader of Cilium's resources knows. */
  private static boolean forTcp(PortNetworkPolicy port) {
    return port.getIpProtocol() == IpProtocol.IP_PROTOCOL_TCP
        || port.getIpProtocol() == IpProtocol.IP_PROTOCOL_EVERY;
  }

  private static ShadowPolicy shadow(List<Rule> rules) {
    return ShadowPolicy.newBuilder().addAllPerPortPolicies(ports(rules)).build();
  }

  private static List<PortNetworkPolicy> ports(@Nullable List<Rule> rules) {
    if (rules == null) {
      return List.of(port(Traffic.ALL).build()); // without rules: everything
    }
    TreeMap<Traffic, List<PortNetworkPolicyRule>> byTraffic = new TreeMap<>();
    for (Rule rule : rules) {
      byTraffic
          .computeIfAbsent(rule.traffic(), traffic -> new ArrayList<>())
          .add(RuleTranslation.of(rule));
    }
    List<PortNetworkPolicy> ports = new ArrayList<>(byTraffic.size());
    byTraffic.forEach(
        (traffic, translated) -> {
          translated.sort(
              Comparator.comparing(PortNetworkPolicyRule::getPrecedence, Integer::compareUnsigned)
                  .reversed());
          ports.add(port(traffic).addAllRules(translated).build());
        });
    return ports;
  }

  private static PortNetworkPolicy.Builder port(Traffic traffic) {
    return PortNetworkPolicy.newBuilder()
        .setPort(traffic.first())
        .setEndPort(traffic.last() == traffic.first() ? 0 : traffic.last())
        .setProtocol(
            traffic.protocol() == Protocol.UDP
                ? SocketAddress.Protocol.UDP
                : SocketAddress.Protocol.TCP)
        .setIpProtocol(protocol(traffic.protocol()));
  }

  private static IpProtocol protocol(@Nullable Protocol protocol) {
    return switch (protocol) {
      case null -> IpProtocol.IP_PROTOCOL_EVERY;
      case TCP -> IpProtocol.IP_PROTOCOL_TCP;
      case UDP -> IpProtocol.IP_PROTOCOL_UDP;
      case SCTP -> IpProtocol.IP_PROTOCOL_SCTP;
      case ICMP -> IpProtocol.IP_PROTOCOL_ICMP;
      case ICMPV6 -> IpProtocol.IP_PROTOCOL_ICMPV6;
      case ANY -> throw new IllegalStateException("resolved rules name one protocol, or none");
    };
  }
}
