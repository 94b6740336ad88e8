package io.sluice.proxy.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.proxy.policy.Direction;
import io.sluice.proxy.policy.rule.NearestMiss;
import io.sluice.proxy.policy.rule.RuleOrigin;
import io.sluice.proxy.spi.ConnectionCounters;
import io.sluice.proxy.spi.Durations;
import io.sluice.proxy.spi.Flow;
import io.sluice.proxy.spi.Refusal;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MetricsTest {
  private static final Sample.Http GET = new Sample.Http(0, "GET", "http://evil/", Map.of());

  private final Metrics metrics = new Metrics();

  @AfterEach
  void close() {
    metrics.close();
  }

  @Test
  void requestsAreCountedByVerdictAndPolicy() {
    record(Flow.Type.REQUEST, Flow.Outcome.FORWARDED, Sample.RULE);
    record(Flow.Type.REQUEST, Flow.Outcome.FORWARDED, Sample.RULE);
    record(Flow.Type.RESPONSE, Flow.Outcome.FORWARDED, Sample.RULE);
    record(Flow.Type.RESPONSE, Flow.Outcome.ERROR, Sample.RULE);
    record(Flow.Type.REQUEST, Flow.Outcome.MALFORMED, RuleOrigin.NONE);
    record(Flow.Type.CONNECTION, Flow.Outcome.DENIED, Sample.RULE);
    metrics.record(
        Sample.flow(
            Sample.INGRESS,
            Flow.Type.REQUEST,
            Flow.Outcome.DENIED,
            RuleOrigin.NONE,
            "no rule matches",
            List.of(new NearestMiss(Sample.RULE, "path", "")),
            GET));
    assertThat(requests("allowed", "prod/api-http-filter")).isEqualTo("2.0");
    assertThat(requests("denied", "prod/api-http-filter")).isEqualTo("1.0");
    assertThat(requests("error", "prod/api-http-filter")).isEqualTo("1.0");
    assertThat(requests("malformed", "")).isEqualTo("1.0");
    assertThat(metrics.scrape()).doesNotContain("evil");
  }

  @Test
  void durationsAreHistograms() {
    record(Flow.Type.REQUEST, Flow.Outcome.FORWARDED, Sample.RULE);
    record(Flow.Type.RESPONSE, Flow.Outcome.FORWARDED, Sample.RULE);
    assertThat(metrics.scrape())
        .contains("sluice_verdict_duration_seconds_bucket{le=\"2.5E-6\"} 0\n")
        .contains("sluice_verdict_duration_seconds_bucket{le=\"5.0E-6\"} 1\n")
        .contains("sluice_verdict_duration_seconds_count 1\n")
        .contains("sluice_request_duration_seconds_bucket{le=\"0.0025\"} 1\n")
        .contains("sluice_request_duration_seconds_bucket{le=\"0.001\"} 0\n")
        .contains("sluice_request_duration_seconds_bucket{le=\"+Inf\"} 1\n")
        .contains("sluice_request_duration_seconds_sum 0.0025\n");
  }

  @Test
  void theContractsNamesAreThere() {
    ConnectionCounters connections = new ConnectionCounters();
    connections.opened(Direction.INGRESS);
    connections.refused(Direction.EGRESS, Refusal.POLICY);
    metrics.show(connections);
    metrics.showPolicy(() -> 7, () -> 2);
    metrics.showLostFlows(() -> 3);
    metrics.showRuntime();
    assertThat(metrics.scrape())
        .contains("sluice_connections{direction=\"ingress\"} 1.0\n")
        .contains("sluice_connections_refused_total{direction=\"egress\",reason=\"policy\"} 1.0\n")
        .contains("sluice_policy_version 7.0\n")
        .contains("sluice_policy_rejected_objects 2.0\n")
        .contains("sluice_flows_lost_total 3.0\n")
        .contains("\njvm_memory_used_bytes")
        .contains("\nprocess_uptime_seconds");
  }

  @Test
  void countsAndDurationsThatOthersKeepHaveTheirLabels() {
    Durations never = new Durations(0.001);
    Durations once = new Durations(0.001, 0.01);
    once.record(5_000_000);
    metrics.showCounter("sluice.dns.messages", "m", Map.of("outcome", "a", "rcode", "R"), () -> 3);
    metrics.showCounter("sluice.dns.messages", "m", Map.of("outcome", "b", "rcode", "R"), () -> 4);
    metrics.showDurations(
        "sluice_dns_duration_seconds",
        "d",
        Map.of(Map.of("part", "total"), once, Map.of("part", "policy"), never));
    assertThat(metrics.scrape())
        .contains("sluice_dns_messages_total{outcome=\"a\",rcode=\"R\"} 3.0\n")
        .contains("sluice_dns_messages_total{outcome=\"b\",rcode=\"R\"} 4.0\n")
        .contains("sluice_dns_duration_seconds_bucket{part=\"total\",le=\"0.001\"} 0\n")
        .contains("sluice_dns_duration_seconds_bucket{part=\"total\",le=\"0.01\"} 1\n")
        .contains("sluice_dns_duration_seconds_sum{part=\"total\"} 0.005\n")
        .doesNotContain("part=\"policy\"");
  }

  /** What a counter reads from may be known to nobody else. */
  @Test
  void countersGoOnAfterACollection() {
    AtomicLong count = new AtomicLong();
    metrics.showLostFlows(() -> count.get());
    metrics.showSuppressedFlows(() -> 2 * count.get());
    System.gc();
    count.set(4);
    assertThat(metrics.scrape())
        .contains("sluice_flows_lost_total 4.0\n")
        .contains("sluice_flows_suppressed_total 8.0\n");
  }

  private void record(Flow.Type type, Flow.Outcome verdict, RuleOrigin rule) {
    metrics.record(Sample.flow(type, verdict, rule, GET));
  }

  private String requests(String verdict, String policy) {
    String start =
        "sluice_requests_total{direction=\"ingress\",namespace=\"prod\",policy=\""
            + policy
            + "\",protocol=\"http\",verdict=\""
            + verdict
            + "\"} ";
    return metrics
        .scrape()
        .lines()
        .filter(line -> line.startsWith(start))
        .map(line -> line.substring(start.length()))
        .findFirst()
        .orElse("none");
  }
}
