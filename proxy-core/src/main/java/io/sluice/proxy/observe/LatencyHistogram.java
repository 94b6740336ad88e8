package io.sluice.proxy.observe;

import io.prometheus.metrics.model.registry.Collector;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.sluice.proxy.spi.Durations;
import java.util.Arrays;
import java.util.Map;

/** Shows durations as a histogram, with or without labels. */
final class LatencyHistogram implements Collector {
  private final String name;
  private final String help;
  private final Map<Labels, Durations> series;

  /** One without labels. */
  LatencyHistogram(String name, String help, Durations durations) {
    this(name, help, Map.of(Labels.EMPTY, durations));
  }

  /** One of several; those that nothing was recorded for yet are not shown. */
  LatencyHistogram(String name, String help, Map<Labels, Durations> series) {
    this.name = name;
    this.help = help;
    this.series = Map.copyOf(series);
  }

  @Override
  public MetricSnapshot collect() {
    HistogramSnapshot.Builder all = HistogramSnapshot.builder().name(name).help(help);
    series.forEach(
        (labels, durations) -> {
          long[] counts = durations.counts();
          if (labels.isEmpty() || Arrays.stream(counts).anyMatch(count -> count > 0)) {
            all.dataPoint(point(labels, durations, counts));
          }
        });
    return all.build();
  }

  private static HistogramDataPointSnapshot point(
      Labels labels, Durations durations, long[] counts) {
    return HistogramDataPointSnapshot.builder()
        .labels(labels)
        .classicHistogramBuckets(ClassicHistogramBuckets.of(durations.bounds(), counts))
        .sum(durations.sumSeconds())
        .build();
  }
}
