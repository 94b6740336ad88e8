package io.sluice.http.raw;

import com.fasterxml.jackson.databind.JsonNode;
import io.envoyproxy.envoy.config.route.v3.HeaderMatcher;
import io.envoyproxy.envoy.type.matcher.v3.RegexMatcher;
import io.sluice.cilium.HeaderMatch;
import io.sluice.cilium.HttpNetworkPolicyRule;
import io.sluice.cilium.HttpNetworkPolicyRules;
import io.sluice.cilium.NetworkPolicy;
import io.sluice.cilium.PortNetworkPolicy;
import io.sluice.cilium.PortNetworkPolicyRule;
import io.sluice.cilium.ShadowPolicy;
import io.sluice.http.HttpFilter;
import io.sluice.proxy.policy.PolicySnapshot;
import io.sluice.proxy.policy.compile.PolicyCompiler;
import io.sluice.proxy.policy.rule.InvalidPolicyException;
import io.sluice.v1.EndpointInfo;
import io.sluice.v1.Enforcement;
import io.sluice.v1.IpProtocol;
import io.sluice.v1.RuleOrigin;
import java.util.List;
import java.util.function.Predicate;

/** {@code cases/policy.yaml} as a snapshot: an endpoint at 127.0.0.1, open to any peer by rule. */
public final class CasePolicy {
  private CasePolicy() {}

  /** All rules. */
  public static PolicySnapshot all() {
    return only(path -> true);
  }

  /** The rules whose path the predicate takes. */
  public static PolicySnapshot only(Predicate<String> path) {
    return snapshot(enforcing(path).build());
  }

  /** The rules whose path the predicate takes, and what they do to headers. */
  public static PolicySnapshot changing(Predicate<String> path, HeaderMatch... matches) {
    NetworkPolicy.Builder policy = enforcing(path);
    policy
        .getIngressPerPortPoliciesBuilder(0)
        .getRulesBuilder(0)
        .getHttpRulesBuilder()
        .getHttpRulesBuilderList()
        .forEach(rule -> rule.addAllHeaderMatches(List.of(matches)));
    return snapshot(policy.build());
  }

  /** Everything allowed by what is enforced, and all rules audited. */
  public static PolicySnapshot audited() {
    NetworkPolicy.Builder policy = policy(Enforcement.ENFORCEMENT_AUDIT);
    policy.addIngressPerPortPolicies(
        PortNetworkPolicy.newBuilder().setIpProtocol(IpProtocol.IP_PROTOCOL_EVERY));
    return snapshot(policy.setIngressShadow(shadow(path -> true)).build());
  }

  /** Some rules enforced; other rules would be without audit. */
  public static PolicySnapshot audited(Predicate<String> enforced, Predicate<String> all) {
    return snapshot(enforcing(enforced).setIngressShadow(shadow(all)).build());
  }

  private static NetworkPolicy.Builder enforcing(Predicate<String> path) {
    return policy(Enforcement.ENFORCEMENT_ENFORCING).addIngressPerPortPolicies(ports(path));
  }

  private static ShadowPolicy shadow(Predicate<String> path) {
    return ShadowPolicy.newBuilder()
        .addPerPortPolicies(ports(path).setIpProtocol(IpProtocol.IP_PROTOCOL_TCP))
        .build();
  }

  private static PortNetworkPolicy.Builder ports(Predicate<String> path) {
    HttpNetworkPolicyRules.Builder rules = HttpNetworkPolicyRules.newBuilder();
    JsonNode http = RawCase.read("policy").at("/spec/ingress/0/toPorts/0/rules/http");
    for (int i = 0; i < http.size(); i++) {
      if (path.test(http.get(i).get("path").asText())) {
        rules.addHttpRules(rule(http.get(i), i));
      }
    }
    return PortNetworkPolicy.newBuilder()
        .addRules(
            PortNetworkPolicyRule.newBuilder().setHttpRules(rules).setOrigin(origin("rules")));
  }

  private static NetworkPolicy.Builder policy(Enforcement ingress) {
    return NetworkPolicy.newBuilder()
        .setEndpointId(7)
        .addEndpointIps("127.0.0.1")
        .setEndpoint(
            EndpointInfo.newBuilder()
                .setNamespace("default")
                .setName("server")
                .setIdentity(256)
                .setIngress(ingress));
  }

  private static PolicySnapshot snapshot(NetworkPolicy resource) {
    PolicyCompiler compiler = new PolicyCompiler(List.of(new HttpFilter().rules()));
    try {
      if (!compiler.replacePolicies(List.of(resource)).isEmpty()) {
        throw new IllegalStateException("cases/policy.yaml was refused");
      }
    } catch (InvalidPolicyException e) {
      throw new IllegalStateException(e);
    }
    return compiler.snapshot();
  }

  private static RuleOrigin origin(String rest) {
    return RuleOrigin.newBuilder()
        .setKind("CiliumNetworkPolicy")
        .setNamespace("default")
        .setName("raw-socket-cases")
        .setRule("spec.ingress[0].toPorts[0]." + rest)
        .build();
  }

  private static HttpNetworkPolicyRule rule(JsonNode rule, int index) {
    HttpNetworkPolicyRule.Builder built =
        HttpNetworkPolicyRule.newBuilder().setOrigin(origin("rules.http[" + index + "]"));
    regex(built, ":method", rule.path("method").asText());
    regex(built, ":path", rule.path("path").asText());
    regex(built, ":authority", rule.path("host").asText());
    for (JsonNode header : rule.path("headers")) {
      String[] parts = header.asText().split(": ", 2);
      HeaderMatcher.Builder matcher = HeaderMatcher.newBuilder().setName(parts[0]);
      built.addHeaders(
          parts.length == 1 ? matcher.setPresentMatch(true) : matcher.setExactMatch(parts[1]));
    }
    return built.build();
  }

  private static void regex(HttpNetworkPolicyRule.Builder rule, String name, String pattern) {
    if (!pattern.isEmpty()) {
      rule.addHeaders(
          HeaderMatcher.newBuilder()
              .setName(name)
              .setSafeRegexMatch(RegexMatcher.newBuilder().setRegex(pattern)));
    }
  }
}
