package io.sluice.xds.crd.policy;

/** Which way traffic goes, seen from the endpoints that a rule applies to. */
enum Direction {
  /** Into them. */
  INGRESS("from"),
  /** Out of them. */
  EGRESS("to");

  private final String prefix;

  Direction(String prefix) {
    this.prefix = prefix;
  }

  /** The name of a field of peers: {@code fromCIDR} or {@code toCIDR} for {@code CIDR}. */
  String peers(String what) {
    return prefix + what;
  }
}
