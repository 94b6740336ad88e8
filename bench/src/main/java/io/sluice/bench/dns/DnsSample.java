package io.sluice.bench.dns;

import java.util.Locale;

/**
 * What one contender did with one load in one round.
 *
 * @param contender whose row it belongs to
 * @param round from 1
 * @param rate queries offered a second, or {@link #FLAT_OUT}
 * @param perSecond answers
 * @param p50 from a query to its answer, in µs; NaN flat out
 * @param p99 the same
 * @param cpuMicros of the contender for each answer; NaN if it has no process
 * @param lost queries without an answer
 * @param lostFlows how many flow records it has not written since it started
 * @param stolen the share of the machine's time that its host took away meanwhile, 0 to 1
 */
record DnsSample(
    String contender,
    int round,
    int rate,
    double perSecond,
    double p50,
    double p99,
    double cpuMicros,
    long lost,
    long lostFlows,
    double stolen) {
  static final int FLAT_OUT = 0;

  static final String CSV_HEADER =
      "contender,round,rate,per_second,p50_us,p99_us,cpu_us,lost,lost_flows,stolen\n";

  String csv() {
    return String.format(
        Locale.ROOT,
        "\"%s\",%d,%d,%.0f,%.1f,%.1f,%.2f,%d,%d,%.4f%n",
        contender,
        round,
        rate,
        perSecond,
        p50,
        p99,
        cpuMicros,
        lost,
        lostFlows,
        stolen);
  }
}
