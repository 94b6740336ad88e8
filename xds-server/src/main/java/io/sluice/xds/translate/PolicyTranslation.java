package io.sluice.xds.translate;

import io.envoyproxy.envoy.config.core.v3.SocketAddress.Protocol;
import io.envoyproxy.envoy.config.route.v3.HeaderMatcher;
import io.envoyproxy.envoy.type.matcher.v3.RegexMatcher;
import io.sluice.cilium.HttpNetworkPolicyRule;
import io.sluice.cilium.HttpNetworkPolicyRules;
import io.sluice.cilium.NetworkPolicy;
import io.sluice.cilium.PortNetworkPolicy;
import io.sluice.cilium.PortNetworkPolicyRule;
import io.sluice.v1.EndpointInfo;
import io.sluice.v1.Enforcement;
import io.sluice.v1.IpProtocol;
import io.sluice.v1.RuleOrigin;
import io.sluice.xds.resolve.Allow;
import io.sluice.xds.resolve.EndpointRules;
import io.sluice.xds.world.L7Rules;
import io.sluice.xds.world.Policy;
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
  /** All rules are of one tier, whose number fills the upper 24 bits: there is no higher one. */
  private static final int TIER = 0xffffff00;

  private static final int PLAIN_ALLOW = TIER | 1;

  /** 255 less the priority of an HTTP listener, 101. */
  private static final int HTTP_ALLOW = TIER | 154;

  /** A value that no header has, for a rule that must never hold and yet must be there. */
  private static final String NO_VALUE = "\n";

  private PolicyTranslation() {}

  static NetworkPolicy of(int number, EndpointRules endpoint) {
    EndpointInfo info =
        EndpointInfo.newBuilder()
            .setNamespace(endpoint.pod().namespace())
            .setName(endpoint.pod().name())
            .setInterface(endpoint.pod().hostInterface())
            .setIdentity(endpoint.identity().number())
            .addAllLabels(endpoint.identity().labels().texts())
            .setIngress(enforcement(endpoint.ingress()))
            .setEgress(enforcement(endpoint.egress()))
            .addAllPolicies(endpoint.policies())
            .build();
    return NetworkPolicy.newBuilder()
        .addAllEndpointIps(
            endpoint.pod().addresses().stream().map(InetAddress::getHostAddress).toList())
        .setEndpointId(number)
        .addAllIngressPerPortPolicies(ports(endpoint.ingress()))
        .addAllEgressPerPortPolicies(ports(endpoint.egress()))
        .setEndpoint(info)
        .build();
  }

  private static Enforcement enforcement(EndpointRules.Direction direction) {
    return direction.enforced() ? Enforcement.ENFORCEMENT_ENFORCING : Enforcement.ENFORCEMENT_NONE;
  }

  private record Range(int first, int last) implements Comparable<Range> {
    private static final Comparator<Range> ORDER =
        Comparator.comparingInt(Range::first).thenComparingInt(Range::last);

    @Override
    public int compareTo(Range other) {
      return ORDER.compare(this, other);
    }
  }

  private static List<PortNetworkPolicy> ports(EndpointRules.Direction direction) {
    if (!direction.enforced()) {
      return List.of(port(new Range(0, 0)).build()); // without rules: everything
    }
    TreeMap<Range, List<PortNetworkPolicyRule>> ranges = new TreeMap<>();
    for (Allow allow : direction.allows()) {
      ranges
          .computeIfAbsent(new Range(allow.first(), allow.last()), range -> new ArrayList<>())
          .add(rule(allow));
    }
    List<PortNetworkPolicy> ports = new ArrayList<>(ranges.size());
    ranges.forEach(
        (range, rules) -> {
          rules.sort(
              Comparator.comparing(PortNetworkPolicyRule::getPrecedence, Integer::compareUnsigned)
                  .reversed());
          ports.add(port(range).addAllRules(rules).build());
        });
    return ports;
  }

  private static PortNetworkPolicy.Builder port(Range range) {
    return PortNetworkPolicy.newBuilder()
        .setPort(range.first)
        .setEndPort(range.last == range.first ? 0 : range.last)
        .setProtocol(Protocol.TCP)
        .setIpProtocol(
            range.first == 0 ? IpProtocol.IP_PROTOCOL_EVERY : IpProtocol.IP_PROTOCOL_UNSPECIFIED);
  }

  private static PortNetworkPolicyRule rule(Allow allow) {
    PortNetworkPolicyRule.Builder rule =
        PortNetworkPolicyRule.newBuilder()
            .setPrecedence(allow.http().isEmpty() ? PLAIN_ALLOW : HTTP_ALLOW)
            .setOrigin(origin(allow.policy(), allow.place().field()));
    if (allow.peers() != null) {
      if (allow.peers().isEmpty()) {
        throw new IllegalStateException("a rule without peers would allow everybody");
      }
      rule.addAllRemotePolicies(allow.peers());
    }
    if (!allow.http().isEmpty()) {
      HttpNetworkPolicyRules.Builder http = HttpNetworkPolicyRules.newBuilder();
      for (L7Rules.HttpRule request : allow.http()) {
        http.addHttpRules(request(allow.policy(), request));
      }
      rule.setHttpRules(http);
    }
    return rule.build();
  }

  private static HttpNetworkPolicyRule request(@Nullable Policy policy, L7Rules.HttpRule request) {
    HttpNetworkPolicyRule.Builder rule =
        HttpNetworkPolicyRule.newBuilder().setOrigin(origin(policy, request.place().field()));
    addPattern(rule, ":path", request.path());
    addPattern(rule, ":method", request.method());
    addPattern(rule, ":authority", request.host());
    for (L7Rules.Header header : request.headers()) {
      rule.addHeaders(header(header));
    }
    return rule.build();
  }

  private static HeaderMatcher.Builder header(L7Rules.Header header) {
    HeaderMatcher.Builder matcher = HeaderMatcher.newBuilder();
    int colon = header.name().indexOf(':');
    if (colon >= 0) {
      return matcher.setName(header.name().substring(0, colon)).setExactMatch(NO_VALUE);
    }
    matcher.setName(header.name());
    return header.value() == null
        ? matcher.setPresentMatch(true)
        : matcher.setExactMatch(header.value());
  }

  private static void addPattern(
      HttpNetworkPolicyRule.Builder rule, String name, @Nullable String pattern) {
    if (pattern != null) {
      rule.addHeaders(
          HeaderMatcher.newBuilder()
              .setName(name)
              .setSafeRegexMatch(RegexMatcher.newBuilder().setRegex(pattern)));
    }
  }

  private static RuleOrigin origin(@Nullable Policy policy, String field) {
    return policy == null
        ? RuleOrigin.getDefaultInstance()
        : RuleOrigin.newBuilder()
            .setKind(policy.kind())
            .setNamespace(policy.namespace())
            .setName(policy.name())
            .setRule(field)
            .build();
  }
}
