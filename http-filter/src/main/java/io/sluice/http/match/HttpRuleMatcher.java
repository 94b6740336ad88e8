package io.sluice.http.match;

import io.sluice.http.codec.HeaderEdits;
import io.sluice.http.codec.RequestHead;
import io.sluice.proxy.policy.rule.NearestMiss;
import io.sluice.proxy.policy.rule.RuleMatcher;
import io.sluice.proxy.policy.rule.RuleOrigin;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * All HTTP rules of one peer on one port: path, then method, then host are looked up in an index,
 * and what is left of a rule is checked at its end. Allocates nothing where no regular expression
 * runs.
 */
final class HttpRuleMatcher implements RuleMatcher<RequestHead> {
  /** Rules that are weighed for a denial: what one request may cost is bounded. */
  private static final int MAX_WEIGHED = 16;

  private final List<HttpRule> rules;
  private final List<RuleOrigin> origins;
  private final List<HttpRule> acting;
  private final List<byte[]> secrets;
  private final Node root;

  /**
   * Makes one.
   *
   * @param rules in the order of the policy
   * @param secrets lower-case names of the headers whose values are secrets
   */
  HttpRuleMatcher(List<HttpRule> rules, List<byte[]> secrets) {
    this.rules = List.copyOf(rules);
    this.acting = rules.stream().filter(rule -> !rule.actions().isEmpty()).toList();
    this.secrets = List.copyOf(secrets);
    this.origins = rules.stream().map(HttpRule::origin).toList();
    this.root = new IndexBuilder(this.rules).build();
  }

  @Override
  public List<RuleOrigin> origins() {
    return origins;
  }

  // Some servers cut path parameters off before they look at a path, so both readings must be
  // allowed.
  @Override
  public int match(RequestHead request) {
    int rule = root.match(request);
    if (rule != NONE
        && request.hasPathParameters()
        && root.match(request.withoutPathParameters()) == NONE) {
      return NONE;
    }
    return rule;
  }

  @Override
  public List<Integer> matching(RequestHead request) {
    if (match(request) == NONE) {
      return List.of();
    }
    return IntStream.range(0, rules.size())
        .filter(rule -> rules.get(rule).holds(request))
        .boxed()
        .toList();
  }

  // What a rule does can't make another one hold: conditions are about the request as it came, so
  // that nobody is let in by what the proxy itself has written.
  @Override
  public RequestHead forwarded(RequestHead request) {
    if (acting.isEmpty() && secrets.isEmpty()) {
      return request;
    }
    HeaderEdits edits = new HeaderEdits(request, secrets);
    RequestHead bare = request.hasPathParameters() ? request.withoutPathParameters() : request;
    for (HttpRule rule : acting) {
      if (rule.acts(request) && (bare == request || rule.acts(bare))) {
        rule.actions().forEach(action -> action.run(edits));
      }
    }
    return edits.done();
  }

  @Override
  public RequestHead recorded(RequestHead request) {
    return secrets.isEmpty() ? request : new HeaderEdits(request, secrets).done();
  }

  // The sort is stable: rules that are equally near stay in the order of the policy.
  @Override
  public List<NearestMiss> nearest(RequestHead request, int most) {
    return rules.stream()
        .limit(MAX_WEIGHED)
        .map(rule -> new Weighed(rule, rule.nearness(request)))
        .sorted(Comparator.comparingInt(Weighed::nearness).reversed())
        .limit(most)
        .map(weighed -> weighed.rule.explain(request))
        .toList();
  }

  private record Weighed(HttpRule rule, int nearness) {}
}
