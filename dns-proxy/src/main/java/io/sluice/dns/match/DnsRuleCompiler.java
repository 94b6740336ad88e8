package io.sluice.dns.match;

import io.sluice.cilium.DnsNetworkPolicyRule;
import io.sluice.cilium.PortNetworkPolicyRule;
import io.sluice.proxy.policy.rule.InvalidPolicyException;
import io.sluice.proxy.policy.rule.Protocol;
import io.sluice.proxy.policy.rule.RefusedAs;
import io.sluice.proxy.policy.rule.RuleCompiler;
import io.sluice.proxy.policy.rule.RuleMatcher;
import io.sluice.proxy.policy.rule.RuleOrigin;
import java.util.ArrayList;
import java.util.List;

/**
 * Compiles the DNS rules of a resource; refuses, by name, whatever it could not enforce as it is
 * written.
 */
public final class DnsRuleCompiler implements RuleCompiler {
  /** What it compiles rules of. */
  public static final String PROTOCOL = "dns";

  private static final int MAX_RULES = 1 << 18;

  @Override
  public String protocol() {
    return PROTOCOL;
  }

  @Override
  public boolean isOver(Protocol carrier) {
    return carrier == Protocol.UDP || carrier == Protocol.TCP;
  }

  @Override
  public boolean yieldsToWiderRules() {
    return false;
  }

  @Override
  public boolean compiles(PortNetworkPolicyRule rule) {
    return rule.hasDnsRules();
  }

  @Override
  public RuleMatcher<DnsRequest> compile(List<PortNetworkPolicyRule> rules)
      throws InvalidPolicyException {
    List<DnsRule> compiled = new ArrayList<>();
    for (PortNetworkPolicyRule rule : rules) {
      if (rule.getDnsRules().getDnsRulesCount() == 0) {
        throw new InvalidPolicyException("dns_rules: empty (expected: at least one rule)");
      }
      for (DnsNetworkPolicyRule dns : rule.getDnsRules().getDnsRulesList()) {
        add(dns, RuleOrigin.of(dns.hasOrigin() ? dns.getOrigin() : rule.getOrigin()), compiled);
      }
    }
    if (compiled.size() > MAX_RULES) {
      throw new InvalidPolicyException(
          "dns_rules: " + compiled.size() + " names for one peer (expected: <= 262144)");
    }
    return new DnsRuleMatcher(compiled, refusedAs(rules));
  }

  /** What the strongest of them says; of two policies neither could be told first. */
  private static RefusedAs refusedAs(List<PortNetworkPolicyRule> rules)
      throws InvalidPolicyException {
    RefusedAs strongest = RefusedAs.CONFIGURED;
    for (PortNetworkPolicyRule rule : rules) {
      RefusedAs own =
          switch (rule.getDnsRules().getReject()) {
            case CONFIGURED -> RefusedAs.CONFIGURED;
            case REFUSED -> RefusedAs.FORBIDDEN;
            case NXDOMAIN -> RefusedAs.ABSENT;
            case UNRECOGNIZED ->
                throw new InvalidPolicyException(
                    "dns_rules: reject is "
                        + rule.getDnsRules().getRejectValue()
                        + ", expected CONFIGURED, REFUSED or NXDOMAIN");
          };
      strongest = own.compareTo(strongest) > 0 ? own : strongest;
    }
    return strongest;
  }

  private static void add(DnsNetworkPolicyRule rule, RuleOrigin origin, List<DnsRule> to)
      throws InvalidPolicyException {
    String name = rule.getMatchName();
    String pattern = rule.getMatchPattern();
    if (name.isEmpty() && pattern.isEmpty()) {
      throw new InvalidPolicyException("match_name, match_pattern: none (expected: one of them)");
    }
    if (name.indexOf('*') >= 0) {
      throw new InvalidPolicyException("match_name: \"" + name + "\" (expected: no \"*\")");
    }
    if (!name.isEmpty()) {
      to.add(new DnsRule(origin, "matchName", pattern("match_name", name)));
    }
    if (!pattern.isEmpty()) {
      to.add(new DnsRule(origin, "matchPattern", pattern("match_pattern", pattern)));
    }
  }

  private static NamePattern pattern(String field, String written) throws InvalidPolicyException {
    try {
      return NamePattern.of(written);
    } catch (InvalidPolicyException invalid) {
      throw new InvalidPolicyException(field + ": " + invalid.getMessage());
    }
  }
}
