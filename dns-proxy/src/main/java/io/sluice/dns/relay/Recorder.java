package io.sluice.dns.relay;

import io.sluice.dns.codec.Answer;
import io.sluice.dns.codec.Query;
import io.sluice.proxy.policy.Audited;
import io.sluice.proxy.policy.Denial;
import io.sluice.proxy.policy.Permit;
import io.sluice.proxy.policy.Verdict;
import io.sluice.proxy.policy.rule.NearestMiss;
import io.sluice.proxy.policy.rule.RuleOrigin;
import io.sluice.proxy.spi.Flow;
import io.sluice.proxy.spi.FlowEnds;
import io.sluice.proxy.spi.FlowSink;
import java.util.List;

/** Makes the flow records: one for each query and one for each answer. */
final class Recorder {
  private static final String PROTOCOL = "dns";

  private final FlowSink flows;

  Recorder(FlowSink flows) {
    this.flows = flows;
  }

  /**
   * A query was judged.
   *
   * @param given what the client was told at once, if anything
   */
  void judged(FlowEnds ends, Query query, Verdict verdict, long verdictNanos, GivenCode given) {
    DnsFlow record = new DnsFlow(query, null, given);
    switch (verdict) {
      case Permit permit ->
          record(
              ends,
              Flow.Outcome.FORWARDED,
              permit.allowedBy(),
              "",
              List.of(),
              record,
              verdictNanos);
      case Denial denial -> judged(ends, Flow.Outcome.DENIED, denial, record, verdictNanos);
      case Audited audited ->
          judged(ends, Flow.Outcome.AUDIT, audited.denial(), record, verdictNanos);
    }
  }

  private void judged(
      FlowEnds ends, Flow.Outcome outcome, Denial why, DnsFlow query, long verdictNanos) {
    record(ends, outcome, why.deniedBy(), why.reason(), why.nearestMisses(), query, verdictNanos);
  }

  /** What a client sent has no one safe reading. */
  void malformed(FlowEnds ends, String reason, GivenCode given) {
    DnsFlow unknown = new DnsFlow(null, null, given);
    record(ends, Flow.Outcome.MALFORMED, RuleOrigin.NONE, reason, List.of(), unknown, 0);
  }

  /** The same where it goes on all the same, because only audited policies want it seen. */
  void wouldBeMalformed(FlowEnds ends, String reason) {
    DnsFlow unknown = new DnsFlow(null, null, GivenCode.NONE);
    record(
        ends,
        Flow.Outcome.AUDIT,
        RuleOrigin.NONE,
        "without audit it would not be forwarded: " + reason,
        List.of(),
        unknown,
        0);
  }

  private void record(
      FlowEnds ends,
      Flow.Outcome outcome,
      RuleOrigin rule,
      String reason,
      List<NearestMiss> misses,
      DnsFlow query,
      long verdictNanos) {
    flows.record(
        new Flow(
            ends,
            now(),
            Flow.Type.REQUEST,
            outcome,
            rule,
            reason,
            misses,
            PROTOCOL,
            query,
            0,
            verdictNanos));
  }

  /** The client was given the server's answer. */
  void answered(FlowEnds ends, Query query, Permit permit, Answer answer, long latencyNanos) {
    DnsFlow record = new DnsFlow(query, answer, GivenCode.NONE);
    response(ends, permit, Flow.Outcome.FORWARDED, "", record, latencyNanos);
  }

  /**
   * An allowed query got no answer of its server.
   *
   * @param given what the client was told instead
   */
  void failed(Inquiry inquiry, String reason, GivenCode given, long latencyNanos) {
    DnsFlow record = new DnsFlow(inquiry.query(), null, given);
    FlowEnds ends = inquiry.asker().ends();
    response(ends, inquiry.permit(), Flow.Outcome.ERROR, reason, record, latencyNanos);
  }

  private void response(
      FlowEnds ends,
      Permit permit,
      Flow.Outcome outcome,
      String reason,
      DnsFlow record,
      long latencyNanos) {
    flows.record(
        new Flow(
            ends,
            now(),
            Flow.Type.RESPONSE,
            outcome,
            permit.allowedBy(),
            reason,
            List.of(),
            PROTOCOL,
            record,
            latencyNanos,
            0));
  }

  private static long now() {
    return System.currentTimeMillis() * 1_000_000;
  }
}
