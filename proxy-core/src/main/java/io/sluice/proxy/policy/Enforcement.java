package io.sluice.proxy.policy;

/** What is done about one direction of an endpoint. */
public enum Enforcement {
  /** Its traffic is left alone. */
  NONE,
  /** What no rule allows is refused. */
  ENFORCING,
  /** Everything passes; what audited policies would refuse is recorded. */
  AUDIT
}
