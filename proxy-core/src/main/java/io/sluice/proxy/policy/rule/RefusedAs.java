package io.sluice.proxy.policy.rule;

/**
 * What whoever is refused a request is told; each protocol has its own words for it. The stronger
 * word comes later: where rules differ, it counts.
 */
public enum RefusedAs {
  /** What the operator has decided. */
  CONFIGURED,
  /** That it is forbidden. */
  FORBIDDEN,
  /** That there is no such thing. */
  ABSENT
}
