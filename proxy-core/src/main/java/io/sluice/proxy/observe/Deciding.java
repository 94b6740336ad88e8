package io.sluice.proxy.observe;

import io.sluice.proxy.policy.rule.RuleOrigin;
import io.sluice.proxy.spi.Flow;

/** Names the rule that a verdict is owed to. */
final class Deciding {
  private Deciding() {}

  /**
   * The rule that decided; for a request that no rule allows the first of those that restrict it,
   * as without them it would have passed; {@link RuleOrigin#NONE} where there is none.
   */
  static RuleOrigin rule(Flow flow) {
    if (!flow.rule().equals(RuleOrigin.NONE) || flow.nearestMisses().isEmpty()) {
      return flow.rule();
    }
    return flow.nearestMisses().getFirst().origin();
  }
}
