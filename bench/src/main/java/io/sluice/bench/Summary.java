package io.sluice.bench;

import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * The medians of all rounds of one contender; units as in {@link Sample}.
 *
 * @param name of the contender
 * @param requestsPerSecond closed loop
 * @param slowestRound the fewest requests per second of any round
 * @param fastestRound the most
 * @param cpuMicros per request, closed loop
 * @param p50 at the fixed rate
 * @param p99 at the fixed rate
 * @param cpuMicrosAtRate per request at the fixed rate
 * @param residentMib VmRSS
 * @param proportionalMib PSS
 */
record Summary(
    String name,
    double requestsPerSecond,
    double slowestRound,
    double fastestRound,
    double cpuMicros,
    double p50,
    double p99,
    double cpuMicrosAtRate,
    double residentMib,
    double proportionalMib) {

  /**
   * Summarises the rounds of one contender.
   *
   * @param samples at least one
   */
  static Summary of(List<Sample> samples) {
    double[] speeds = sorted(samples, Sample::requestsPerSecond);
    return new Summary(
        samples.getFirst().contender(),
        median(samples, Sample::requestsPerSecond),
        speeds[0],
        speeds[speeds.length - 1],
        median(samples, Sample::cpuMicros),
        median(samples, sample -> sample.latency().p50()),
        median(samples, sample -> sample.latency().p99()),
        median(samples, Sample::cpuMicrosAtRate),
        median(samples, Sample::residentMib),
        median(samples, Sample::proportionalMib));
  }

  private static double median(List<Sample> samples, ToDoubleFunction<Sample> value) {
    double[] sorted = sorted(samples, value);
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  private static double[] sorted(List<Sample> samples, ToDoubleFunction<Sample> value) {
    return samples.stream().mapToDouble(value).sorted().toArray();
  }
}
