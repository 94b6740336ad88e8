package io.sluice.http.relay;

import io.sluice.proxy.policy.Audited;
import io.sluice.proxy.policy.Denial;
import io.sluice.proxy.policy.Permit;
import io.sluice.proxy.policy.Verdict;
import io.sluice.proxy.policy.rule.RuleOrigin;
import io.sluice.proxy.spi.Connection;
import io.sluice.proxy.spi.Flow;
import io.sluice.proxy.spi.HttpRecord;
import java.util.List;

/** Makes the flow records of one connection: one for each request and one for each answer. */
final class Recorder {
  private static final String PROTOCOL = "http";

  private final Connection connection;

  Recorder(Connection connection) {
    this.connection = connection;
  }

  /** A request was judged. */
  void judged(HttpRecord request, Verdict verdict, long verdictNanos) {
    switch (verdict) {
      case Permit permit ->
          record(
              Flow.Type.REQUEST,
              Flow.Outcome.FORWARDED,
              permit.allowedBy(),
              "",
              request,
              0,
              verdictNanos);
      case Denial denial -> record(Flow.Outcome.DENIED, denial, request, verdictNanos);
      case Audited audited -> record(Flow.Outcome.AUDIT, audited.denial(), request, verdictNanos);
    }
  }

  private void record(Flow.Outcome outcome, Denial why, HttpRecord request, long verdictNanos) {
    connection
        .flows()
        .record(
            new Flow(
                connection,
                now(),
                Flow.Type.REQUEST,
                outcome,
                why.deniedBy(),
                why.reason(),
                why.nearestMisses(),
                PROTOCOL,
                request,
                0,
                verdictNanos));
  }

  /** A request, or the part of it that came, has no one safe reading. */
  void malformed(HttpRecord request, String reason) {
    record(Flow.Type.REQUEST, Flow.Outcome.MALFORMED, RuleOrigin.NONE, reason, request, 0, 0);
  }

  /** The same where it is only audited: it goes on. */
  void wouldReject(Flow.Type type, HttpRecord http, String reason) {
    List<RuleOrigin> audited = connection.policy().audited();
    RuleOrigin rule = audited.isEmpty() ? RuleOrigin.NONE : audited.getFirst();
    record(type, Flow.Outcome.AUDIT, rule, reason, http, 0, 0);
  }

  /** An answer went to the client as a whole. */
  void answered(Exchange exchange, HttpRecord response) {
    record(
        Flow.Type.RESPONSE,
        Flow.Outcome.FORWARDED,
        exchange.permit.allowedBy(),
        "",
        response,
        System.nanoTime() - exchange.arrivedNanos,
        0);
  }

  /** An allowed request got no whole answer. */
  void failed(Exchange exchange, String reason) {
    HttpRecord http = exchange.response != null ? exchange.response : exchange.request;
    record(
        Flow.Type.RESPONSE,
        Flow.Outcome.ERROR,
        exchange.permit.allowedBy(),
        reason,
        http,
        System.nanoTime() - exchange.arrivedNanos,
        0);
  }

  private void record(
      Flow.Type type,
      Flow.Outcome outcome,
      RuleOrigin rule,
      String reason,
      HttpRecord http,
      long latencyNanos,
      long verdictNanos) {
    connection
        .flows()
        .record(
            new Flow(
                connection,
                now(),
                type,
                outcome,
                rule,
                reason,
                List.of(),
                PROTOCOL,
                http,
                latencyNanos,
                verdictNanos));
  }

  private static long now() {
    return System.currentTimeMillis() * 1_000_000;
  }
}
