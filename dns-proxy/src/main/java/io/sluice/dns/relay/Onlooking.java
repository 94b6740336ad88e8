package io.sluice.dns.relay;

import io.sluice.dns.codec.Answer;
import io.sluice.dns.codec.Fault;
import io.sluice.dns.codec.MalformedAnswerException;
import io.sluice.dns.codec.Message;
import io.sluice.dns.codec.Query;
import io.sluice.dns.codec.Received;
import io.sluice.proxy.policy.PeerPolicy;
import io.sluice.proxy.policy.Permit;
import io.sluice.proxy.policy.Verdict;
import io.sluice.proxy.spi.FlowEnds;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Looks at the messages of one client where only audited policies want them seen: records what
 * enforcing would have done about each query, and learns from the answers. It changes nothing, and
 * no answer waits for it. For one thread.
 */
final class Onlooking {
  /** Queries to which answers are still paired. */
  private static final int MOST_UNANSWERED = 64;

  private final DnsRelay relay;
  private final FlowEnds ends;
  private final Supplier<PeerPolicy> policy;
  private final Map<Integer, Seen> unanswered = new LinkedHashMap<>();

  private record Seen(Query query, Permit permit, long arrivedNanos, long judgedNanos) {}

  Onlooking(DnsRelay relay, FlowEnds ends, Supplier<PeerPolicy> policy) {
    this.relay = relay;
    this.ends = ends;
    this.policy = policy;
  }

  /** The client has sent this. */
  void asked(byte[] message) {
    long arrived = System.nanoTime();
    switch (Received.read(message)) {
      case Fault fault -> relay.recorder().wouldBeMalformed(ends, fault.reason());
      case Query query -> {
        Verdict verdict = DnsRelay.judge(query, policy.get());
        long judged = System.nanoTime();
        relay.recorder().judged(ends, query, verdict, judged - arrived, GivenCode.NONE);
        Permit permit = verdict.permit();
        if (permit != null) {
          unanswered.put(query.id(), new Seen(query, permit, arrived, judged));
          if (unanswered.size() > MOST_UNANSWERED) {
            unanswered.remove(unanswered.keySet().iterator().next());
          }
        }
      }
    }
  }

  /** The server has sent this. */
  void answered(byte[] message) {
    Seen seen = message.length < Message.HEADER_BYTES ? null : unanswered.get(Message.id(message));
    if (seen == null || !Answer.isTo(seen.query, message)) {
      return;
    }
    unanswered.remove(seen.query.id());
    try {
      Answer answer = Answer.read(seen.query, message, relay.settings().hints());
      relay.learned(ends.endpoint(), seen.query, answer);
      count(seen, answer);
    } catch (MalformedAnswerException malformed) {
      relay.counters().count(DnsOutcome.MALFORMED_ANSWER, ends.carrier(), GivenCode.OTHER);
    }
  }

  private void count(Seen seen, Answer answer) {
    DnsCounters counters = relay.counters();
    counters.count(DnsOutcome.ANSWERED, ends.carrier(), GivenCode.of(seen.query, answer));
    long now = System.nanoTime();
    counters.took(DnsOutcome.ANSWERED, DnsPart.POLICY, seen.judgedNanos - seen.arrivedNanos);
    counters.took(DnsOutcome.ANSWERED, DnsPart.UPSTREAM, now - seen.judgedNanos);
    counters.took(DnsOutcome.ANSWERED, DnsPart.TOTAL, now - seen.arrivedNanos);
    long took = now - seen.arrivedNanos;
    relay.recorder().answered(ends, seen.query, seen.permit, answer, took);
  }
}
