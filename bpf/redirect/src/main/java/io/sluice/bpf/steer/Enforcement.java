package io.sluice.bpf.steer;

/** How far the packets of one direction of an endpoint are judged. */
public enum Enforcement {
  /** Not at all: everything passes, nothing is reported. */
  NONE,
  /** Everything passes; what the policy refuses, or what can't be judged, is reported. */
  AUDIT,
  /** What the policy refuses, or what can't be judged, is dropped. */
  ENFORCED
}
