package io.sluice.xds.crd.lint;

import io.sluice.xds.world.Policy;
import java.util.ArrayList;
import java.util.List;

/** Finds what policies do together that was probably not meant; each thing is said once. */
public final class PolicyLint {
  private PolicyLint() {}

  /** Looks at all policies that will be in force together. */
  public static List<PolicyFinding> lint(List<Policy> policies) {
    List<PolicyFinding> findings = new ArrayList<>(new UnlearnedNames(policies).find());
    findings.addAll(new OpenedL7(policies).find());
    return List.copyOf(findings);
  }
}
