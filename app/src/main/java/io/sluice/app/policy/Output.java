package io.sluice.app.policy;

/** How an answer is written. */
enum Output {
  /** For people. */
  text,
  /** For programs. */
  json
}
