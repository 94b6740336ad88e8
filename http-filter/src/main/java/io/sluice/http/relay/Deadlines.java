package io.sluice.http.relay;

import io.sluice.proxy.spi.Limits;

/**
 * The clocks of one connection: how long nothing has come from either side, and how long a head is
 * being waited for (the "slowloris" attack). Asked by the tick, so they cost nothing per request.
 */
final class Deadlines {
  private final long idleNanos;
  private final long headerNanos;
  private boolean alive;
  private long aliveSince = System.nanoTime();
  private boolean headBegun;
  private long headSince;

  Deadlines(Limits limits) {
    this.idleNanos = limits.idleTimeout().toNanos();
    this.headerNanos = limits.headerTimeout().toNanos();
  }

  /** Bytes have come from either side. */
  void bytesCame() {
    alive = true;
  }

  /** A head is complete. */
  void headCame() {
    headBegun = false;
  }

  /** Whether nothing has come for too long. */
  boolean isIdle(long nowNanos) {
    if (alive) {
      alive = false;
      aliveSince = nowNanos;
    }
    return nowNanos - aliveSince > idleNanos;
  }

  /**
   * Whether a head that has begun has not ended in time.
   *
   * @param partial whether one has begun and not ended
   */
  boolean isHeadLate(long nowNanos, boolean partial) {
    if (partial && !headBegun) {
      headSince = nowNanos;
    }
    headBegun = partial;
    return partial && nowNanos - headSince > headerNanos;
  }
}
