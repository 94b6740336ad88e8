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

  /** A query was judged. */
  void judged(FlowEnds ends, Query query, Verdict verdict, long verdictNanos) {
    DnsFlow record = new DnsFlow(query, null);
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
  void malformed(FlowEnds ends, String reason) {
    DnsFlow unknown = new DnsFlow(null, null);
    record(ends, Flow.Outcome.MALFORMED, RuleOrigin.NONE, reason, List.of(), unknown, 0);
  }

  /** The same where it goes on all the same, because only audited policies want it seen. */
  void wouldBeMalformed(FlowEnds ends, String reason) {
    DnsFlow unknown = new DnsFlow(null, null);
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
  void answered(Inquiry inquiry, Answer answer) {
    answered(
        inquiry.asker().ends(), inquiry.query(), inquiry.permit(), inquiry.arrivedNanos(), answer);
  }

  /** The same of a query that was not held. */
  void answered(FlowEnds ends, Query query, Permit permit, long arrivedNanos, Answer answer) {
    response(ends, permit, arrivedNanos, Flow.Outcome.FORWARDED, "", new DnsFlow(query, answer));
  }

  /** An allowed query got no answer of its server. */
  void failed(Inquiry inquiry, String reason) {
    response(
        inquiry.asker().ends(),
        inquiry.permit(),
        inquiry.arrivedNanos(),
        Flow.Outcome.ERROR,
        reason,
        new DnsFlow(inquiry.query(), null));
  }

  private void response(
      FlowEnds ends,
      Permit permit,
      long arrivedNanos,
      Flow.Outcome outcome,
      String reason,
      DnsFlow record) {
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
            System.nanoTime() - arrivedNanos,
            0));
  }

  private static long now() {
    return System.currentTimeMillis() * 1_000_000;
  }
}
