package io.sluice.app.judge;

/** What becomes of what a question asks about. */
public enum Outcome {
  /** It passes. */
  ALLOWED,
  /** It does not. */
  DENIED,
  /** It passes, but only because the policies that would deny it are audited. */
  AUDIT,
  /** Parts of it pass: a Kafka request for topics of which some are allowed. */
  PARTIAL
}
