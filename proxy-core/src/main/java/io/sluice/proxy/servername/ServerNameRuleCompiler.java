package io.sluice.proxy.servername;

import io.sluice.cilium.PortNetworkPolicyRule;
import io.sluice.proxy.policy.rule.InvalidPolicyException;
import io.sluice.proxy.policy.rule.RuleCompiler;
import io.sluice.proxy.policy.rule.RuleMatcher;
import io.sluice.proxy.policy.rule.RuleOrigin;
import io.sluice.proxy.policy.rule.ServerNames;
import java.util.ArrayList;
import java.util.List;

/** Compiles the server names that rules want TLS connections to ask for. */
public final class ServerNameRuleCompiler implements RuleCompiler {

  @Override
  public String protocol() {
    return "tls";
  }

  @Override
  public boolean compiles(PortNetworkPolicyRule rule) {
    return rule.getServerNamesCount() > 0;
  }

  @Override
  public RuleMatcher<Handshake> compile(List<PortNetworkPolicyRule> rules)
      throws InvalidPolicyException {
    List<ServerNameRule> compiled = new ArrayList<>(rules.size());
    for (PortNetworkPolicyRule rule : rules) {
      compiled.add(
          new ServerNameRule(
              RuleOrigin.of(rule.getOrigin()), ServerNames.of(rule.getServerNamesList())));
    }
    return new ServerNameRuleMatcher(compiled);
  }
}
