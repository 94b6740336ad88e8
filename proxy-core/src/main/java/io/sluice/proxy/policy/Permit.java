package io.sluice.proxy.policy;

import io.sluice.proxy.policy.rule.RuleOrigin;
import java.util.List;

/**
 * The proof that the policy allowed something; without one no upstream is opened or written to.
 *
 * <p>Only the policy makes permits, so code that forgets the decision does not compile. One object
 * stands for the rules that decide in one snapshot and is shared by all requests that they allow.
 */
public final class Permit implements Verdict {
  private final List<RuleOrigin> decidedBy;

  Permit(List<RuleOrigin> decidedBy) {
    this.decidedBy = RuleOrigin.known(decidedBy);
  }

  /** The first rule that allowed it; {@link RuleOrigin#NONE} where no rule had to. */
  public RuleOrigin allowedBy() {
    return decidedBy.isEmpty() ? RuleOrigin.NONE : decidedBy.getFirst();
  }

  @Override
  public Permit permit() {
    return this;
  }

  @Override
  public List<RuleOrigin> decidedBy() {
    return decidedBy;
  }
}
