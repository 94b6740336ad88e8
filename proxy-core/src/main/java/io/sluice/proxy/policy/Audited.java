package io.sluice.proxy.policy;

import io.sluice.proxy.policy.rule.RuleOrigin;
import java.util.List;

/**
 * Allowed by what is enforced, though audited policies would refuse it: it passes as if they were
 * not there, and is recorded.
 *
 * @param permit what allows it
 * @param denial what would refuse it
 */
public record Audited(Permit permit, Denial denial) implements Verdict {

  @Override
  public List<RuleOrigin> decidedBy() {
    return denial.decidedBy();
  }
}
