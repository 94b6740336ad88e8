package io.sluice.app.random;

/** How much of the language random policies and questions use. */
public enum Dialect {
  /** What Cilium 1.19 has too and decides alone, so that the same world can be put to both. */
  CILIUM,
  /** All of it: gRPC and Kafka requests, audit, and a node that the pods decide. */
  SLUICE;

  boolean whole() {
    return this == SLUICE;
  }
}
