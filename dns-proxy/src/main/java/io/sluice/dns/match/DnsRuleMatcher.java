package io.sluice.dns.match;

import io.sluice.proxy.policy.rule.NearestMiss;
import io.sluice.proxy.policy.rule.RefusedAs;
import io.sluice.proxy.policy.rule.RuleMatcher;
import io.sluice.proxy.policy.rule.RuleOrigin;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** All DNS rules of one peer on one port; a name is looked up once, however many there are. */
final class DnsRuleMatcher implements RuleMatcher<DnsRequest> {
  private final List<DnsRule> rules;
  private final List<RuleOrigin> origins;
  private final NameTrie trie = new NameTrie();
  private final NearestPatterns nearest;
  private final RefusedAs refusedAs;

  DnsRuleMatcher(List<DnsRule> rules, RefusedAs refusedAs) {
    this.rules = List.copyOf(rules);
    this.origins = rules.stream().map(DnsRule::origin).toList();
    for (int i = 0; i < rules.size(); i++) {
      trie.add(rules.get(i).pattern(), i);
    }
    this.nearest = new NearestPatterns(this.rules);
    this.refusedAs = refusedAs;
  }

  @Override
  public List<RuleOrigin> origins() {
    return origins;
  }

  @Override
  public int match(DnsRequest request) {
    return trie.find(request.name());
  }

  @Override
  public List<Integer> matching(DnsRequest request) {
    return IntStream.range(0, rules.size())
        .filter(rule -> rules.get(rule).pattern().matches(request.name()))
        .boxed()
        .toList();
  }

  @Override
  public RefusedAs refusedAs() {
    return refusedAs;
  }

  // The sort is stable: rules that are equally near stay in the order of the policy.
  @Override
  public List<NearestMiss> nearest(DnsRequest request, int most) {
    DnsName name = request.name();
    return nearest.candidates(name).stream()
        .map(rule -> new Weighed(rules.get(rule), rules.get(rule).pattern().tail(name)))
        .sorted(Comparator.comparingInt(Weighed::tail).reversed())
        .limit(most)
        .map(weighed -> weighed.rule.explain(name))
        .toList();
  }

  private record Weighed(DnsRule rule, int tail) {}
}
