package io.sluice.app.agent;

import io.sluice.proxy.config.Config;
import io.sluice.proxy.observe.FlowLog;
import io.sluice.proxy.observe.Metrics;
import io.sluice.proxy.observe.PacketFlow;
import io.sluice.proxy.policy.CurrentPolicy;
import io.sluice.proxy.spi.ConnectionCounters;
import io.sluice.proxy.spi.FlowSink;
import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Every verdict, the proxy's and the kernel's, is counted here and written if that is wanted. */
final class Records implements AutoCloseable {
  private final Metrics metrics = new Metrics();
  private final @Nullable FlowLog log;

  private Records(@Nullable FlowLog log) {
    this.log = log;
  }

  /**
   * Opens them.
   *
   * @param file where flows are appended, {@code -} for standard output, or null for nowhere
   * @throws IOException if the file can't be opened; the message names it
   */
  static Records open(@Nullable String file, String node, Config config) throws IOException {
    try {
      return new Records(
          file == null
              ? null
              : FlowLog.open(file, node, config.flowRing(), config.redactedHeaders()));
    } catch (IOException e) {
      throw new IOException("can't append flows to " + file + ": " + e, e);
    }
  }

  /** Where the proxy records. */
  FlowSink sink() {
    FlowLog written = log;
    if (written == null) {
      return metrics;
    }
    return flow -> {
      metrics.record(flow);
      written.record(flow);
    };
  }

  /** Records the kernel's verdict on a packet. */
  void judged(PacketFlow packet) {
    FlowLog written = log;
    if (written != null) {
      written.record(packet);
    }
  }

  /** Adds to the metrics what the parts count themselves. */
  void show(ConnectionCounters connections, AgentStatus status, DatapathUpdater datapath) {
    FlowLog written = log;
    metrics.show(connections);
    metrics.showPolicy(status::policyVersion, status::countRejected);
    metrics.showLostFlows(written == null ? () -> 0 : written::lost);
    metrics.showSuppressedFlows(datapath::suppressedFlows);
    metrics.showGauge(
        "sluice.shortcut.connections",
        "Open connections between the proxy and pods that have the short-cut",
        () -> datapath.shortCut().connections());
    metrics.showCounter(
        "sluice.shortcut.bytes",
        "Bytes to the proxy that have passed TCP/IP by",
        Map.of(),
        () -> datapath.shortCut().bytes());
    metrics.showRuntime();
  }

  /** Adds to the metrics what becomes of DNS messages, and what is learned from them. */
  void show(DnsProxy dns, CurrentPolicy policy) {
    DnsMetrics.show(dns, policy, metrics);
  }

  /** All metrics, in Prometheus' text format. */
  String scrape() {
    return metrics.scrape();
  }

  @Override
  public void close() throws IOException {
    FlowLog written = log;
    if (written != null) {
      written.close();
    }
    metrics.close();
  }
}
