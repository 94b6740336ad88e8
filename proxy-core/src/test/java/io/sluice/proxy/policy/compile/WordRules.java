package io.sluice.proxy.policy.compile;

import io.envoyproxy.envoy.config.route.v3.HeaderMatcher;
import io.sluice.cilium.HttpNetworkPolicyRule;
import io.sluice.cilium.HttpNetworkPolicyRules;
import io.sluice.cilium.PortNetworkPolicyRule;
import io.sluice.proxy.policy.rule.InvalidPolicyException;
import io.sluice.proxy.policy.rule.NearestMiss;
import io.sluice.proxy.policy.rule.Request;
import io.sluice.proxy.policy.rule.RuleCompiler;
import io.sluice.proxy.policy.rule.RuleMatcher;
import io.sluice.proxy.policy.rule.RuleOrigin;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** A protocol as small as can be: a request is one word, a rule allows one word. */
final class WordRules implements RuleCompiler {
  private final boolean yields;
  int compilations;

  WordRules() {
    this(true);
  }

  /** Words that yield to wider rules or not, see {@link #yieldsToWiderRules}. */
  WordRules(boolean yields) {
    this.yields = yields;
  }

  /** A request of one word. */
  record Word(String word) implements Request {}

  /** L7 rules that allow these words; {@code invalid} can't be compiled. */
  static HttpNetworkPolicyRules words(String... words) {
    HttpNetworkPolicyRules.Builder rules = HttpNetworkPolicyRules.newBuilder();
    for (String word : words) {
      rules.addHttpRules(
          HttpNetworkPolicyRule.newBuilder()
              .addHeaders(HeaderMatcher.newBuilder().setName("word").setExactMatch(word))
              .setOrigin(io.sluice.v1.RuleOrigin.newBuilder().setRule("word=" + word)));
    }
    return rules.build();
  }

  @Override
  public String protocol() {
    return "word";
  }

  @Override
  public boolean yieldsToWiderRules() {
    return yields;
  }

  @Override
  public boolean compiles(PortNetworkPolicyRule rule) {
    return rule.hasHttpRules();
  }

  @Override
  public RuleMatcher<Word> compile(List<PortNetworkPolicyRule> rules)
      throws InvalidPolicyException {
    compilations++;
    List<String> words = new ArrayList<>();
    for (PortNetworkPolicyRule rule : rules) {
      for (HttpNetworkPolicyRule http : rule.getHttpRules().getHttpRulesList()) {
        words.add(http.getHeaders(0).getExactMatch());
      }
    }
    if (words.contains("invalid")) {
      throw new InvalidPolicyException("the word is \"invalid\", expected any other");
    }
    if (words.contains("crash")) {
      throw new IllegalStateException("a fault of the module");
    }
    return new Words(words);
  }

  private record Words(List<String> words) implements RuleMatcher<Word> {
    @Override
    public List<RuleOrigin> origins() {
      return words.stream().map(word -> new RuleOrigin("", "", "", "word=" + word)).toList();
    }

    @Override
    public int match(Word request) {
      if (request.word().equals("fault")) {
        throw new IllegalStateException("a fault of the matcher");
      }
      return words.indexOf(request.word());
    }

    @Override
    public List<Integer> matching(Word request) {
      return IntStream.range(0, words.size())
          .filter(rule -> words.get(rule).equals(request.word()))
          .boxed()
          .toList();
    }

    @Override
    public List<NearestMiss> nearest(Word request, int most) {
      return IntStream.range(0, Math.min(most, words.size()))
          .mapToObj(
              rule -> new NearestMiss(origins().get(rule), "word", "wants " + words.get(rule)))
          .toList();
    }
  }
}
