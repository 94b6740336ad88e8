package io.sluice.dns.match;

import io.sluice.cilium.DnsNetworkPolicyRule;
import io.sluice.cilium.DnsNetworkPolicyRules;
import io.sluice.cilium.PortNetworkPolicyRule;
import io.sluice.proxy.policy.rule.InvalidPolicyException;
import io.sluice.proxy.policy.rule.RuleMatcher;
import io.sluice.v1.RuleOrigin;
import java.util.List;

/** Rules and questions as the tests write them. */
final class Rules {
  private Rules() {}

  /** Compiles one rule for each pattern; the origin's field path is the pattern. */
  static RuleMatcher<DnsRequest> patterns(List<String> patterns) throws InvalidPolicyException {
    return compile(
        patterns.stream()
            .map(
                pattern ->
                    DnsNetworkPolicyRule.newBuilder()
                        .setMatchPattern(pattern)
                        .setOrigin(RuleOrigin.newBuilder().setRule(pattern))
                        .build())
            .toList());
  }

  static RuleMatcher<DnsRequest> compile(List<DnsNetworkPolicyRule> rules)
      throws InvalidPolicyException {
    return new DnsRuleCompiler()
        .compile(
            List.of(
                PortNetworkPolicyRule.newBuilder()
                    .setDnsRules(DnsNetworkPolicyRules.newBuilder().addAllDnsRules(rules))
                    .build()));
  }

  static DnsName name(String text) {
    DnsName name = DnsName.of(text);
    if (name == null) {
      throw new IllegalArgumentException(text);
    }
    return name;
  }

  static DnsRequest asking(String text) {
    return new DnsRequest(name(text), 1);
  }
}
