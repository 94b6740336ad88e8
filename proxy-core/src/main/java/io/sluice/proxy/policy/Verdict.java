package io.sluice.proxy.policy;

import io.sluice.proxy.policy.rule.RuleOrigin;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The answer of the policy for one connection or one request: a {@link Permit}, a {@link Denial},
 * or {@link Audited}, which passes like a permit.
 */
public sealed interface Verdict permits Permit, Denial, Audited {

  /** What it passes by, also if it is {@link Audited}; null if it is refused. */
  @Nullable Permit permit();

  /**
   * The rules that decided, in the order of the policy: every allow that matches, or every deny
   * that matches; of a request that no L7 rule allows, the rules whose L7 part restricts it; of
   * what is {@link Audited}, those of the denial. Empty where nothing allows, or no policy had to.
   */
  List<RuleOrigin> decidedBy();
}
