package io.sluice.app.agent;

import io.sluice.proxy.policy.rule.RuleOrigin;
import java.util.HashMap;
import java.util.Map;

/**
 * Gives rules the numbers by which the kernel names them. A rule keeps its number from plan to plan
 * for as long as each has it, and no number is given again, so that what the kernel reports about
 * an older plan never names another rule. Written by one thread, read by any.
 */
final class RuleNumbers {
  /** The number of {@link RuleOrigin#NONE}. */
  static final int NONE = 0;

  private Map<RuleOrigin, Integer> settled = Map.of();
  private Map<RuleOrigin, Integer> next = new HashMap<>();
  private volatile Map<Integer, RuleOrigin> rules = Map.of();
  private int last = NONE;

  /** The number of a rule in the plan that is being made. */
  int of(RuleOrigin rule) {
    if (rule.equals(RuleOrigin.NONE)) {
      return NONE;
    }
    return next.computeIfAbsent(
        rule,
        _ -> {
          Integer known = settled.get(rule);
          return known == null ? ++last : known;
        });
  }

  /** The plan is complete: rules that it does not have lose their numbers. */
  void settle() {
    Map<Integer, RuleOrigin> named = new HashMap<>();
    next.forEach((rule, number) -> named.put(number, rule));
    settled = next;
    next = new HashMap<>();
    rules = named;
  }

  /** The rule with a number; {@link RuleOrigin#NONE} if no rule has it any more. */
  RuleOrigin rule(int number) {
    return rules.getOrDefault(number, RuleOrigin.NONE);
  }
}
