package io.sluice.proxy.policy;

/**
 * The proof that the policy allowed something; without one no upstream is opened or written to.
 *
 * <p>Only this package makes permits, so code that skips the decision does not compile. One object
 * stands for one rule of one snapshot and is shared by all requests that the rule allows.
 */
public final class Permit implements Verdict {
  private final RuleOrigin allowedBy;

  Permit(RuleOrigin allowedBy) {
    this.allowedBy = allowedBy;
  }

  /** The rule that allowed it; {@link RuleOrigin#NONE} where no rule had to. */
  public RuleOrigin allowedBy() {
    return allowedBy;
  }
}
