package io.sluice.http.relay;

import java.time.Duration;

/**
 * The time that a head may take from its first byte to its last (the "slowloris" attack). Asked by
 * the tick, so it costs nothing per request.
 */
final class HeadDeadline {
  private final long limitNanos;
  private boolean begun;
  private long since;

  HeadDeadline(Duration limit) {
    this.limitNanos = limit.toNanos();
  }

  /** A head is complete. */
  void headCame() {
    begun = false;
  }

  /**
   * Whether a head that has begun has not ended in time.
   *
   * @param partial whether one has begun and not ended
   */
  boolean isLate(long nowNanos, boolean partial) {
    if (partial && !begun) {
      since = nowNanos;
    }
    begun = partial;
    return partial && nowNanos - since > limitNanos;
  }
}
