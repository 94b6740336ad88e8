package io.sluice.dns.relay;

import io.sluice.dns.codec.Answer;
import io.sluice.dns.codec.Fault;
import io.sluice.dns.codec.MalformedAnswerException;
import io.sluice.dns.codec.Query;
import io.sluice.dns.codec.Received;
import io.sluice.dns.deny.Reply;
import io.sluice.dns.match.DnsRequest;
import io.sluice.proxy.policy.Audited;
import io.sluice.proxy.policy.Denial;
import io.sluice.proxy.policy.Endpoint;
import io.sluice.proxy.policy.PeerPolicy;
import io.sluice.proxy.policy.Permit;
import io.sluice.proxy.policy.Verdict;
import io.sluice.proxy.spi.FlowEnds;
import io.sluice.proxy.spi.FlowSink;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way of every query: read, judge, forward, match its answer, learn from it, and only then give
 * it to the client. Each query gets one verdict, one flow for it and one for its answer, and at
 * most one message. Safe from any event loop.
 */
public final class DnsRelay {
  private static final Logger LOG = LoggerFactory.getLogger(DnsRelay.class);

  private final RelaySettings settings;
  private final Learner learner;
  private final Recorder recorder;
  private final DnsCounters counters;
  private final InFlightBudget budget;

  /**
   * Makes one for all transports.
   *
   * @param flows where verdicts are recorded
   * @param counters what becomes of messages
   */
  public DnsRelay(RelaySettings settings, Learner learner, FlowSink flows, DnsCounters counters) {
    this.settings = settings;
    this.learner = learner;
    this.recorder = new Recorder(flows);
    this.counters = counters;
    this.budget = new InFlightBudget(settings.inFlight(), settings.inFlightPerEndpoint());
  }

  /** What the operator has decided. */
  public RelaySettings settings() {
    return settings;
  }

  /** What becomes of messages. */
  public DnsCounters counters() {
    return counters;
  }

  /** How many queries wait for an answer. */
  public int waiting() {
    return budget.taken();
  }

  /**
   * A message has come from a client.
   *
   * @param message taken over, not to be changed any more
   */
  public void received(byte[] message, Asker asker) {
    long arrived = System.nanoTime();
    PeerPolicy policy = asker.policy();
    switch (Received.read(message)) {
      case Fault fault -> fault(fault, asker, policy);
      case Query query -> query(query, asker, policy, arrived);
    }
  }

  private void fault(Fault fault, Asker asker, PeerPolicy policy) {
    FlowEnds ends = asker.ends();
    if (fault.answer() == Fault.Response.NONE) {
      counters.count(DnsOutcome.DROPPED, ends.carrier(), GivenCode.NONE);
      return;
    }
    byte[] reply = policy.connection().permit() == null ? null : Reply.to(fault);
    GivenCode given = GivenCode.of(reply);
    counters.count(DnsOutcome.MALFORMED, ends.carrier(), given);
    recorder.malformed(ends, fault.reason(), given);
    if (reply != null) {
      asker.answer(reply);
    }
  }

  private void query(Query query, Asker asker, PeerPolicy policy, long arrived) {
    Verdict verdict = judge(query, policy);
    long judged = System.nanoTime();
    Permit permit = verdict.permit();
    if (permit == null) {
      refuse(query, asker, policy, verdict, arrived, judged);
      return;
    }
    recorder.judged(asker.ends(), query, verdict, judged - arrived, GivenCode.NONE);
    Inquiry inquiry = new Inquiry(this, query, asker, policy, permit, arrived, judged);
    if (budget.take(inquiry.endpoint())) {
      asker.forward(inquiry);
    } else {
      recordFailure(
          inquiry, DnsOutcome.OVERLOAD, GivenCode.SERVFAIL, "too many queries wait for answers");
      asker.answer(Reply.serverFailure(query, Reply.OTHER));
    }
  }

  private void refuse(
      Query query, Asker asker, PeerPolicy policy, Verdict verdict, long arrived, long judged) {
    FlowEnds ends = asker.ends();
    byte[] reply = policy.connection().permit() == null ? null : refusal(query, policy);
    GivenCode given = GivenCode.of(reply);
    recorder.judged(ends, query, verdict, judged - arrived, given);
    counters.count(DnsOutcome.REFUSED, ends.carrier(), given);
    counters.took(DnsOutcome.REFUSED, DnsPart.POLICY, judged - arrived);
    counters.took(DnsOutcome.REFUSED, DnsPart.TOTAL, System.nanoTime() - arrived);
    if (reply != null) {
      asker.answer(reply);
    }
  }

  private byte[] refusal(Query query, PeerPolicy policy) {
    boolean nameError =
        switch (policy.refusedAs()) {
          case CONFIGURED -> settings.nameError();
          case FORBIDDEN -> false;
          case ABSENT -> true;
        };
    return nameError ? Reply.nameError(query) : Reply.refused(query);
  }

  Recorder recorder() {
    return recorder;
  }

  /** Learns from an answer that nobody waits to be told. */
  void learned(Endpoint endpoint, Query query, Answer answer) {
    if (answer.code() == Answer.NO_ERROR) {
      learner.learn(endpoint, query, answer);
    }
  }

  static Verdict judge(Query query, PeerPolicy policy) {
    String unfit = unfit(query);
    if (unfit == null) {
      return policy.judge(new DnsRequest(query.name(), query.type()));
    }
    Verdict connection = policy.connection();
    Denial denial = Denial.because(unfit);
    Permit permit = connection.permit();
    if (permit == null) {
      return connection;
    }
    return policy.auditOnly() ? new Audited(permit, denial) : denial;
  }

  /** Why no policy can allow it, or null: patterns are about Internet names of plain characters. */
  private static @Nullable String unfit(Query query) {
    if (!query.isInternet()) {
      return "the class is not IN";
    }
    if (query.isTransfer()) {
      return "a zone transfer, which has more than one answer";
    }
    return query.name().plain()
        ? null
        : "the name has other characters than letters, digits, - and _";
  }

  /** Whether a message is what was asked for; what is not may be forged, and is forgotten. */
  boolean isAnswer(Inquiry inquiry, byte[] message) {
    boolean matches = Answer.isTo(inquiry.query(), message);
    if (!matches) {
      counters.count(DnsOutcome.FOREIGN_ANSWER, inquiry.asker().ends().carrier(), GivenCode.NONE);
    }
    return matches;
  }

  /** The answer has come, and has the client's number already. */
  void answered(Inquiry inquiry, byte[] message) {
    Answer answer;
    try {
      answer = Answer.read(inquiry.query(), message, settings.hints());
    } catch (MalformedAnswerException malformed) {
      fail(
          inquiry,
          DnsOutcome.MALFORMED_ANSWER,
          "the answer is malformed: " + malformed.getMessage());
      return;
    }
    if (!stillAllowed(inquiry)) {
      byte[] reply = refusal(inquiry.query(), inquiry.asker().policy());
      String reason = "the policy has changed since the query";
      recordFailure(inquiry, DnsOutcome.REFUSED, GivenCode.of(reply), reason);
      settle(inquiry, reply);
      return;
    }
    CompletableFuture<Void> usable =
        answer.code() == Answer.NO_ERROR
            ? learner.learn(inquiry.asker().ends().endpoint(), inquiry.query(), answer)
            : null;
    if (usable == null) {
      deliver(inquiry, answer, null);
    } else {
      long left = settings.deadline().toNanos() - (System.nanoTime() - inquiry.arrivedNanos());
      usable
          .copy()
          .orTimeout(Math.max(left, 0), TimeUnit.NANOSECONDS)
          .whenCompleteAsync(
              (done, failure) -> deliver(inquiry, answer, failure), inquiry.asker().loop());
    }
  }

  private void deliver(Inquiry inquiry, Answer answer, @Nullable Throwable unusable) {
    DnsOutcome outcome = DnsOutcome.ANSWERED;
    if (unusable != null) {
      boolean late = unusable instanceof TimeoutException;
      outcome = late ? DnsOutcome.USABLE_TOO_LATE : DnsOutcome.UNUSABLE;
      LOG.debug("the addresses of an answer could not be made usable", unusable);
    }
    long now = System.nanoTime();
    if (answer.code() == Answer.NO_ERROR && !answer.addresses().isEmpty()) {
      counters.took(outcome, DnsPart.DATAPATH, now - inquiry.serverDoneNanos());
    }
    if (unusable != null && !settings.releaseUnusable()) {
      fail(inquiry, outcome, "the addresses of the answer could not be made usable in the kernel");
      return;
    }
    count(inquiry, outcome, GivenCode.of(inquiry.query(), answer), now);
    recorder.answered(
        inquiry.asker().ends(),
        inquiry.query(),
        inquiry.permit(),
        answer,
        now - inquiry.arrivedNanos());
    settle(inquiry, answer.message());
  }

  @SuppressWarnings("ReferenceEquality") // policies are made with their snapshot
  private static boolean stillAllowed(Inquiry inquiry) {
    PeerPolicy now = inquiry.asker().policy();
    return now == inquiry.policy() || judge(inquiry.query(), now).permit() != null;
  }

  /** There is no answer that the client could be given. */
  void fail(Inquiry inquiry, DnsOutcome outcome, String reason) {
    GivenCode given = outcome == DnsOutcome.ABANDONED ? GivenCode.NONE : GivenCode.SERVFAIL;
    recordFailure(inquiry, outcome, given, reason);
    settle(inquiry, Reply.serverFailure(inquiry.query(), Reply.NO_REACHABLE_AUTHORITY));
  }

  private void recordFailure(Inquiry inquiry, DnsOutcome outcome, GivenCode given, String reason) {
    long now = System.nanoTime();
    count(inquiry, outcome, given, now);
    recorder.failed(inquiry, reason, given, now - inquiry.arrivedNanos());
  }

  private void count(Inquiry inquiry, DnsOutcome outcome, GivenCode given, long now) {
    long arrived = inquiry.arrivedNanos();
    long judged = inquiry.judgedNanos();
    counters.count(outcome, inquiry.asker().ends().carrier(), given);
    counters.took(outcome, DnsPart.POLICY, judged - arrived);
    if (inquiry.over()) {
      counters.took(outcome, DnsPart.UPSTREAM, inquiry.serverDoneNanos() - judged);
    }
    counters.took(outcome, DnsPart.TOTAL, now - arrived);
  }

  private void settle(Inquiry inquiry, byte[] answer) {
    budget.giveBack(inquiry.endpoint());
    inquiry.asker().answer(answer);
    inquiry.asker().settled();
  }
}
