package io.sluice.http.match;

import io.sluice.http.codec.RequestHead;
import io.sluice.proxy.policy.rule.RuleMatcher;

/** The end of the lookup: the rules whose path, method and host match, with what else they ask. */
final class Leaf implements Node {
  private final int[] rules;
  private final Condition[][] conditions;

  Leaf(int[] rules, Condition[][] conditions) {
    this.rules = rules;
    this.conditions = conditions;
  }

  @Override
  public int match(RequestHead request) {
    for (int i = 0; i < rules.length; i++) {
      if (holds(conditions[i], request)) {
        return rules[i];
      }
    }
    return RuleMatcher.NONE;
  }

  private static boolean holds(Condition[] all, RequestHead request) {
    for (Condition condition : all) {
      if (!condition.holds(request)) {
        return false;
      }
    }
    return true;
  }
}
