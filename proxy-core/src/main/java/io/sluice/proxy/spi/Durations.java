package io.sluice.proxy.spi;

import java.util.concurrent.atomic.LongAdder;

/**
 * How long something took, each time, counted by buckets. Recording takes no lock and allocates
 * nothing; safe from any thread.
 */
public final class Durations {
  private static final double NANOS = 1e9;

  private final double[] bounds;
  private final long[] boundNanos;
  private final LongAdder[] counts;
  private final LongAdder sumNanos = new LongAdder();

  /**
   * Makes one.
   *
   * @param bounds upper bounds of the buckets, in seconds, ascending; one without bound is added
   */
  public Durations(double... bounds) {
    this.bounds = new double[bounds.length + 1];
    this.boundNanos = new long[bounds.length];
    this.counts = new LongAdder[bounds.length + 1];
    for (int i = 0; i < counts.length; i++) {
      counts[i] = new LongAdder();
      this.bounds[i] = i < bounds.length ? bounds[i] : Double.POSITIVE_INFINITY;
      if (i < bounds.length) {
        boundNanos[i] = Math.round(bounds[i] * NANOS);
      }
    }
  }

  /** It took so long. */
  public void record(long nanos) {
    int bucket = 0;
    while (bucket < boundNanos.length && nanos > boundNanos[bucket]) {
      bucket++;
    }
    counts[bucket].increment();
    sumNanos.add(nanos);
  }

  /** The upper bounds of all buckets, in seconds; the last is infinite. */
  public double[] bounds() {
    return bounds.clone();
  }

  /** How many there were in each bucket, and in no lower one. */
  public long[] counts() {
    long[] now = new long[counts.length];
    for (int i = 0; i < now.length; i++) {
      now[i] = counts[i].sum();
    }
    return now;
  }

  /** All together, in seconds. */
  public double sumSeconds() {
    return sumNanos.sum() / NANOS;
  }
}
