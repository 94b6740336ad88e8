package io.sluice.grpc.match;

import io.envoyproxy.envoy.config.route.v3.HeaderMatcher;
import io.sluice.cilium.GrpcNetworkPolicyRule;
import io.sluice.cilium.PortNetworkPolicyRule;
import io.sluice.proxy.policy.rule.InvalidPolicyException;
import io.sluice.proxy.policy.rule.RuleCompiler;
import io.sluice.proxy.policy.rule.RuleMatcher;
import io.sluice.proxy.policy.rule.RuleOrigin;
import java.util.ArrayList;
import java.util.List;

/**
 * Compiles the gRPC rules of a resource; refuses, by name, whatever it could not enforce as it is
 * written.
 */
public final class GrpcRuleCompiler implements RuleCompiler {
  private static final int MAX_RULES = 1 << 14;
  private static final int MAX_HEADERS = 64;

  @Override
  public String protocol() {
    return "grpc";
  }

  @Override
  public boolean compiles(PortNetworkPolicyRule rule) {
    return rule.hasGrpcRules();
  }

  @Override
  public RuleMatcher<GrpcRequest> compile(List<PortNetworkPolicyRule> rules)
      throws InvalidPolicyException {
    List<GrpcRule> compiled = new ArrayList<>();
    for (PortNetworkPolicyRule rule : rules) {
      if (rule.getGrpcRules().getGrpcRulesCount() == 0) {
        throw new InvalidPolicyException("grpc_rules: empty (expected: at least one rule)");
      }
      for (GrpcNetworkPolicyRule grpc : rule.getGrpcRules().getGrpcRulesList()) {
        compiled.add(rule(grpc, grpc.hasOrigin() ? grpc.getOrigin() : rule.getOrigin()));
      }
    }
    if (compiled.size() > MAX_RULES) {
      throw new InvalidPolicyException(
          "grpc_rules: " + compiled.size() + " rules for one peer (expected: <= 16384)");
    }
    return new GrpcRuleMatcher(compiled);
  }

  private static GrpcRule rule(GrpcNetworkPolicyRule rule, io.sluice.v1.RuleOrigin origin)
      throws InvalidPolicyException {
    if (rule.getHeadersCount() > MAX_HEADERS) {
      throw new InvalidPolicyException(
          "headers: " + rule.getHeadersCount() + " conditions (expected: <= " + MAX_HEADERS + ")");
    }
    List<HeaderCondition> headers = new ArrayList<>();
    for (HeaderMatcher header : rule.getHeadersList()) {
      headers.add(HeaderCondition.of(header));
    }
    return new GrpcRule(
        RuleOrigin.of(origin),
        NamePattern.of("service", rule.getService()),
        NamePattern.of("method", rule.getMethod()),
        List.copyOf(headers));
  }
}
