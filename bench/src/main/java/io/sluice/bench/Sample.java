package io.sluice.bench;

import java.util.Locale;

/**
 * What one contender did in one round. Costs and memory of a contender without a process are NaN.
 *
 * @param contender whose row it belongs to
 * @param round from 1
 * @param requestsPerSecond as fast as answers come, over all connections (closed loop)
 * @param cpuMicros of the proxy for each of those requests
 * @param latency at the fixed rate (open loop)
 * @param cpuMicrosAtRate of the proxy for each request at the fixed rate
 * @param residentMib VmRSS after both
 * @param proportionalMib PSS after both
 * @param lostFlows how many flow records it did not write, of two for each request
 * @param stolen the share of the machine's time that its host took away meanwhile, 0 to 1
 */
record Sample(
    String contender,
    int round,
    double requestsPerSecond,
    double cpuMicros,
    OpenLoop.Result latency,
    double cpuMicrosAtRate,
    double residentMib,
    double proportionalMib,
    long lostFlows,
    double stolen) {

  static final String CSV_HEADER =
      "contender,round,requests_per_second,cpu_us,p50_us,p99_us,p999_us,max_us,achieved_per_second,"
          + "cpu_us_at_rate,rss_mib,pss_mib,lost_flows,stolen\n";

  String csv() {
    return String.format(
        Locale.ROOT,
        "\"%s\",%d,%.0f,%.2f,%.1f,%.1f,%.1f,%.1f,%.1f,%.2f,%.1f,%.1f,%d,%.4f%n",
        contender,
        round,
        requestsPerSecond,
        cpuMicros,
        latency.p50(),
        latency.p99(),
        latency.p999(),
        latency.max(),
        latency.achieved(),
        cpuMicrosAtRate,
        residentMib,
        proportionalMib,
        lostFlows,
        stolen);
  }
}
