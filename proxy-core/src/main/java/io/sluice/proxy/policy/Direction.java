package io.sluice.proxy.policy;

/** Which side of a connection the enforced endpoint is on. */
public enum Direction {
  /** Into the endpoint: the peer is the client. */
  INGRESS,
  /** Out of the endpoint: the peer is the destination. */
  EGRESS
}
