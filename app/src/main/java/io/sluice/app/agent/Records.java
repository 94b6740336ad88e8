package io.sluice.app.agent;

import io.sluice.bpf.steer.JudgedPacket;
import io.sluice.bpf.steer.PolicyEntry;
import io.sluice.proxy.config.Config;
import io.sluice.proxy.observe.FlowLog;
import io.sluice.proxy.observe.Metrics;
import io.sluice.proxy.policy.Direction;
import io.sluice.proxy.policy.Endpoint;
import io.sluice.proxy.policy.PolicySnapshot;
import io.sluice.proxy.policy.rule.RuleOrigin;
import io.sluice.proxy.spi.ConnectionCounters;
import io.sluice.proxy.spi.FlowSink;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
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

  /**
   * Records a TCP connection attempt that the kernel has refused.
   *
   * @param endpoint what it was about; null if that is no longer enforced, then it is forgotten
   */
  void judged(JudgedPacket packet, @Nullable Endpoint endpoint, PolicySnapshot policy) {
    FlowLog written = log;
    boolean attempt = !packet.passed() && packet.protocol() == PolicyEntry.TCP;
    if (!attempt || endpoint == null || written == null) {
      return;
    }
    written.refused(
        new io.sluice.proxy.observe.RefusedPacket(
            ChronoUnit.NANOS.between(Instant.EPOCH, packet.time()),
            packet.egress() ? Direction.EGRESS : Direction.INGRESS,
            endpoint,
            policy.peer(packet.egress() ? packet.destination() : packet.source()),
            new InetSocketAddress(packet.source(), packet.sourcePort()),
            new InetSocketAddress(packet.destination(), packet.destinationPort()),
            RuleOrigin.NONE));
  }

  /** Adds to the metrics what the parts count themselves. */
  void show(ConnectionCounters connections, AgentStatus status) {
    FlowLog written = log;
    metrics.show(connections);
    metrics.showPolicy(status::policyVersion, status::countRejected);
    metrics.showLostFlows(written == null ? () -> 0 : written::lost);
    metrics.showRuntime();
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
