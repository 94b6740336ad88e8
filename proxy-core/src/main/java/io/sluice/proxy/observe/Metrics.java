package io.sluice.proxy.observe;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.prometheus.metrics.model.snapshots.Labels;
import io.sluice.proxy.policy.Direction;
import io.sluice.proxy.policy.PeerPolicy;
import io.sluice.proxy.policy.rule.RuleOrigin;
import io.sluice.proxy.spi.ConnectionCounters;
import io.sluice.proxy.spi.Durations;
import io.sluice.proxy.spi.Flow;
import io.sluice.proxy.spi.Flow.Outcome;
import io.sluice.proxy.spi.FlowSink;
import io.sluice.proxy.spi.Refusal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.LongSupplier;

/**
 * Counts every verdict and shows all metrics in Prometheus' text format. Labels come from policy
 * and from our own words, never from traffic.
 */
public final class Metrics implements FlowSink, AutoCloseable {
  private static final int MAX_CACHED_SERIES = 16 * 1024;

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final JvmGcMetrics garbageCollection = new JvmGcMetrics();
  private final Map<Series, Counter> requests = new ConcurrentHashMap<>();

  /** Kept here, because the registry's references are weak and its counters would stand still. */
  private final List<LongSupplier> shown = new CopyOnWriteArrayList<>();

  private final Durations requestDuration =
      new Durations(
          1e-4, 2.5e-4, 5e-4, 1e-3, 2.5e-3, 5e-3, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10);
  private final Durations verdictDuration =
      new Durations(1e-6, 2.5e-6, 5e-6, 1e-5, 2.5e-5, 5e-5, 1e-4, 2.5e-4, 5e-4, 1e-3, 0.01, 0.1);

  /** Starts with everything at zero. */
  public Metrics() {
    register(
        new LatencyHistogram(
            "sluice_request_duration_seconds",
            "From a request's arrival to the end of its response",
            requestDuration));
    register(
        new LatencyHistogram(
            "sluice_verdict_duration_seconds", "What judging a request took", verdictDuration));
    FunctionCounter.builder("sluice.matcher.faults", this, _ -> PeerPolicy.matcherFaults())
        .description("Rule matchers that failed; each was a denial, and is a bug")
        .register(registry);
  }

  @Override
  public void record(Flow flow) {
    switch (flow.type()) {
      case REQUEST -> {
        counter(flow).increment();
        if (flow.verdict() != Outcome.MALFORMED) {
          verdictDuration.record(flow.verdictNanos());
        }
      }
      case RESPONSE -> {
        if (flow.verdict() == Outcome.ERROR) {
          counter(flow).increment();
        } else {
          requestDuration.record(flow.latencyNanos());
        }
      }
      case CONNECTION -> {
        // Counted where connections are, with those that never get a flow.
      }
    }
  }

  /** Shows the counts of connections. */
  public void show(ConnectionCounters connections) {
    for (Direction direction : Direction.values()) {
      Gauge.builder("sluice.connections", connections, counts -> counts.open(direction))
          .description("Connections open now")
          .tag("direction", label(direction))
          .register(registry);
      for (Refusal reason : Refusal.values()) {
        FunctionCounter.builder(
                "sluice.connections.refused",
                connections,
                counts -> counts.refusals(direction, reason))
            .description("Connections refused as a whole")
            .tags("direction", label(direction), "reason", reason.label())
            .register(registry);
      }
    }
    FunctionCounter.builder("sluice.connection.faults", connections, ConnectionCounters::faults)
        .description("Connections reset because the proxy failed; each is a bug")
        .register(registry);
  }

  /**
   * Shows what the policy's way says of itself.
   *
   * @param version of the snapshot in force
   * @param rejected how many objects and resources are refused now
   */
  public void showPolicy(LongSupplier version, LongSupplier rejected) {
    Gauge.builder("sluice.policy.version", version::getAsLong)
        .description("Version of the policy snapshot in force")
        .register(registry);
    Gauge.builder("sluice.policy.rejected.objects", rejected::getAsLong)
        .description("Objects that are refused; their last good version stays in force")
        .register(registry);
  }

  /** Shows how many packets the kernel judged without a flow, for there were too many. */
  public void showSuppressedFlows(LongSupplier suppressed) {
    shown.add(suppressed);
    FunctionCounter.builder("sluice.flows.suppressed", suppressed, LongSupplier::getAsLong)
        .description("Packets judged by the kernel that were too many to be recorded")
        .register(registry);
  }

  /**
   * Shows a count that somebody keeps.
   *
   * @param labels may be empty
   */
  public void showCounter(
      String name, String description, Map<String, String> labels, LongSupplier count) {
    shown.add(count);
    List<Tag> tags = new ArrayList<>();
    labels.forEach((label, value) -> tags.add(Tag.of(label, value)));
    FunctionCounter.builder(name, count, LongSupplier::getAsLong)
        .description(description)
        .tags(tags)
        .register(registry);
  }

  /**
   * Shows how long something takes.
   *
   * @param name as it is shown, with its unit
   * @param series by their labels; those that nothing was recorded for yet are not shown
   */
  public void showDurations(
      String name, String description, Map<Map<String, String>, Durations> series) {
    Map<Labels, Durations> labelled = new HashMap<>();
    series.forEach(
        (labels, durations) -> {
          Labels.Builder builder = Labels.builder();
          labels.forEach(builder::label);
          labelled.put(builder.build(), durations);
        });
    register(new LatencyHistogram(name, description, labelled));
  }

  private void register(LatencyHistogram histogram) {
    registry.getPrometheusRegistry().register(histogram);
  }

  /** Shows a number that goes up and down. */
  public void showGauge(String name, String description, LongSupplier number) {
    shown.add(number);
    Gauge.builder(name, number, LongSupplier::getAsLong)
        .description(description)
        .register(registry);
  }

  /** Shows how many flows were lost. */
  public void showLostFlows(LongSupplier lost) {
    shown.add(lost);
    FunctionCounter.builder("sluice.flows.lost", lost, LongSupplier::getAsLong)
        .description("Flow records that could not be written")
        .register(registry);
  }

  /** Shows the JVM and the process. Starts the JVM's management, so best done once ready. */
  public void showRuntime() {
    List<MeterBinder> binders =
        List.of(
            new JvmMemoryMetrics(),
            garbageCollection,
            new JvmThreadMetrics(),
            new ProcessorMetrics(),
            new FileDescriptorMetrics(),
            new UptimeMetrics());
    binders.forEach(binder -> binder.bindTo(registry));
  }

  /** Everything, in Prometheus' text format. */
  public String scrape() {
    return registry.scrape();
  }

  @Override
  public void close() {
    garbageCollection.close();
    registry.close();
  }

  private Counter counter(Flow flow) {
    RuleOrigin rule = Deciding.rule(flow);
    Series series =
        new Series(
            rule,
            flow.connection().endpoint().namespace(),
            flow.protocol(),
            flow.connection().direction(),
            flow.verdict());
    Counter counter = requests.get(series);
    if (counter == null) {
      // Rules come and go with policies; what the cache forgets, the registry still knows.
      if (requests.size() >= MAX_CACHED_SERIES) {
        requests.clear();
      }
      counter = register(series);
      requests.put(series, counter);
    }
    return counter;
  }

  private Counter register(Series series) {
    return Counter.builder("sluice.requests")
        .description("Requests by verdict; error: allowed, but not answered as it should be")
        .tags(
            "protocol", series.protocol(),
            "direction", label(series.direction()),
            "verdict", label(series.verdict()),
            "namespace", series.namespace(),
            "policy", series.rule().policy())
        .register(registry);
  }

  private static String label(Direction direction) {
    return direction.name().toLowerCase(Locale.ROOT);
  }

  private static String label(Outcome verdict) {
    return switch (verdict) {
      case FORWARDED -> "allowed";
      case DENIED -> "denied";
      case AUDIT -> "audit";
      case MALFORMED -> "malformed";
      case ERROR -> "error";
    };
  }

  private record Series(
      RuleOrigin rule, String namespace, String protocol, Direction direction, Outcome verdict) {}
}
