package io.sluice.proxy.observe;

import io.prometheus.metrics.model.registry.Collector;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.util.concurrent.atomic.LongAdder;

/** A histogram of durations whose recording takes no lock and allocates nothing. */
final class LatencyHistogram implements Collector {
  private static final double NANOS = 1e9;

  private final String name;
  private final String help;
  private final double[] bounds;
  private final long[] boundNanos;
  private final LongAdder[] counts;
  private final LongAdder sumNanos = new LongAdder();

  /**
   * Makes one.
   *
   * @param bounds upper bounds of the buckets, in seconds, ascending; one without bound is added
   */
  LatencyHistogram(String name, String help, double... bounds) {
    this.name = name;
    this.help = help;
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

  void record(long nanos) {
    int bucket = 0;
    while (bucket < boundNanos.length && nanos > boundNanos[bucket]) {
      bucket++;
    }
    counts[bucket].increment();
    sumNanos.add(nanos);
  }

  @Override
  public MetricSnapshot collect() {
    long[] now = new long[counts.length];
    for (int i = 0; i < now.length; i++) {
      now[i] = counts[i].sum();
    }
    return HistogramSnapshot.builder()
        .name(name)
        .help(help)
        .dataPoint(
            HistogramDataPointSnapshot.builder()
                .classicHistogramBuckets(ClassicHistogramBuckets.of(bounds, now))
                .sum(sumNanos.sum() / NANOS)
                .build())
        .build();
  }
}
