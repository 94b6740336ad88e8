package io.sluice.app.agent;

import io.sluice.dns.learn.Learning;
import io.sluice.dns.learn.Limit;
import io.sluice.dns.relay.DnsCounters;
import io.sluice.dns.relay.DnsOutcome;
import io.sluice.dns.relay.DnsPart;
import io.sluice.dns.relay.GivenCode;
import io.sluice.proxy.observe.Metrics;
import io.sluice.proxy.policy.CurrentPolicy;
import io.sluice.proxy.policy.rule.Protocol;
import io.sluice.proxy.spi.Durations;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What DNS adds to the metrics. No label takes its value from what a peer sends. */
final class DnsMetrics {
  private static final List<Protocol> CARRIERS = List.of(Protocol.UDP, Protocol.TCP);

  private DnsMetrics() {}

  static void show(DnsProxy dns, CurrentPolicy policy, Metrics metrics) {
    messages(dns.counters(), metrics);
    metrics.showGauge(
        "sluice.dns.waiting.queries", "Queries that wait for an answer now", dns::waiting);
    metrics.showGauge(
        "sluice.dns.selectors",
        "FQDN selectors of the policy in force",
        () -> policy.get().selectors().size());
    learned(dns.learning(), metrics);
    forgotten(dns.learning(), metrics);
  }

  private static void messages(DnsCounters counters, Metrics metrics) {
    Map<Map<String, String>, Durations> times = new HashMap<>();
    for (DnsOutcome outcome : DnsOutcome.values()) {
      for (GivenCode code : outcome.codes()) {
        for (Protocol carrier : CARRIERS) {
          metrics.showCounter(
              "sluice.dns.messages",
              "DNS messages by what became of them, and the code that the client was given",
              Map.of(
                  "outcome", outcome.label(),
                  "rcode", code.label(),
                  "transport", carrier.name().toLowerCase(Locale.ROOT)),
              () -> counters.of(outcome, carrier, code));
        }
      }
      for (DnsPart part : DnsPart.values()) {
        times.put(
            Map.of("outcome", outcome.label(), "part", part.label()),
            counters.times(outcome, part));
      }
    }
    metrics.showDurations(
        "sluice_dns_duration_seconds",
        "What queries took, each part by itself, by what became of them",
        times);
  }

  private static void learned(Learning learning, Metrics metrics) {
    metrics.showGauge(
        "sluice.dns.learned.names",
        "Names with known addresses, each endpoint by itself",
        learning::nameCount);
    metrics.showGauge(
        "sluice.dns.learned.addresses",
        "Addresses known of names, each name and endpoint by itself",
        learning::size);
    metrics.showGauge(
        "sluice.dns.overdue.names",
        "Names with addresses that are kept past their time for a connection",
        learning::overdueNames);
    metrics.showGauge(
        "sluice.dns.overdue.addresses",
        "Addresses that are kept past their time for a connection",
        learning::overdueAddresses);
    metrics.showCounter(
        "sluice.dns.unusable.batches",
        "How often learned addresses could not be put in force",
        Map.of(),
        learning::failures);
  }

  private static void forgotten(Learning learning, Metrics metrics) {
    metrics.showCounter(
        "sluice.dns.forgotten.names",
        "Names whose last address was forgotten when its time had ended",
        Map.of(),
        learning::forgottenNames);
    metrics.showCounter(
        "sluice.dns.forgotten.addresses",
        "Addresses forgotten when their time had ended",
        Map.of(),
        learning::forgottenAddresses);
    for (Limit limit : Limit.values()) {
      metrics.showCounter(
          "sluice.dns.evicted.addresses",
          "Addresses forgotten before their time, for want of room",
          Map.of("limit", limit.label()),
          () -> learning.evicted(limit));
    }
  }
}
