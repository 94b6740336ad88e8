package io.sluice.kafka.match;

import io.sluice.proxy.policy.rule.NearestMiss;
import io.sluice.proxy.policy.rule.RuleMatcher;
import io.sluice.proxy.policy.rule.RuleOrigin;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** All Kafka rules of one peer on one port; allocates nothing for what a rule allows. */
final class KafkaRuleMatcher implements RuleMatcher<Access> {
  /** Rules that are weighed for a denial: what one request may cost is bounded. */
  private static final int MAX_WEIGHED = 64;

  private final List<KafkaRule> rules;
  private final List<RuleOrigin> origins;
  private final RuleIndex index;

  KafkaRuleMatcher(List<KafkaRule> rules) {
    this.rules = List.copyOf(rules);
    this.origins = rules.stream().map(KafkaRule::origin).toList();
    this.index = new RuleIndex(rules);
  }

  @Override
  public List<RuleOrigin> origins() {
    return origins;
  }

  @Override
  public int match(Access access) {
    return index.find(access);
  }

  @Override
  public List<Integer> matching(Access access) {
    return IntStream.range(0, rules.size())
        .filter(rule -> rules.get(rule).allows(access))
        .boxed()
        .toList();
  }

  // The sort is stable: rules that are equally near stay in the order of the policy.
  @Override
  public List<NearestMiss> nearest(Access access, int most) {
    return rules.stream()
        .limit(MAX_WEIGHED)
        .map(rule -> new Weighed(rule, rule.nearness(access)))
        .sorted(Comparator.comparingInt(Weighed::nearness).reversed())
        .limit(most)
        .map(weighed -> weighed.rule.explain(access))
        .toList();
  }

  private record Weighed(KafkaRule rule, int nearness) {}
}
