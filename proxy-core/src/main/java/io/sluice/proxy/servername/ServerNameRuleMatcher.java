package io.sluice.proxy.servername;

import io.sluice.proxy.policy.rule.NearestMiss;
import io.sluice.proxy.policy.rule.RuleMatcher;
import io.sluice.proxy.policy.rule.RuleOrigin;
import java.util.List;
import java.util.stream.IntStream;

/** All rules about server names of one peer on one port. */
final class ServerNameRuleMatcher implements RuleMatcher<Handshake> {
  private final List<ServerNameRule> rules;
  private final List<RuleOrigin> origins;

  ServerNameRuleMatcher(List<ServerNameRule> rules) {
    this.rules = List.copyOf(rules);
    this.origins = rules.stream().map(ServerNameRule::origin).toList();
  }

  @Override
  public List<RuleOrigin> origins() {
    return origins;
  }

  @Override
  public int match(Handshake handshake) {
    for (int i = 0; i < rules.size(); i++) {
      if (rules.get(i).names().match(handshake.serverName())) {
        return i;
      }
    }
    return NONE;
  }

  @Override
  public List<Integer> matching(Handshake handshake) {
    return IntStream.range(0, rules.size())
        .filter(rule -> rules.get(rule).names().match(handshake.serverName()))
        .boxed()
        .toList();
  }

  @Override
  public List<NearestMiss> nearest(Handshake handshake, int most) {
    return rules.stream().limit(most).map(rule -> rule.explain(handshake)).toList();
  }
}
