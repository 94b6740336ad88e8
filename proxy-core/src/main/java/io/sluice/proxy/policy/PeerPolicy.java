package io.sluice.proxy.policy;

import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * What one peer may do on one port of one endpoint: the end of the policy lookup, asked once for
 * the connection and once for each request.
 *
 * <p>Immutable; made with its snapshot and shared by all connections of that peer. Denies whenever
 * it can't tell: a matcher that throws is a denial and counted.
 */
public final class PeerPolicy {
  private static final int MAX_NEAREST_MISSES = 5;
  private static final LongAdder MATCHER_FAULTS = new LongAdder();

  /** No rule allows the peer: it may not connect. */
  static final PeerPolicy NOTHING_ALLOWS =
      new PeerPolicy(Denial.because("no rule allows this peer"), null, null, List.of());

  private final Verdict connection;
  private final @Nullable String protocol;
  private final @Nullable RuleMatcher<Request> matcher;
  private final List<Permit> permits;

  private PeerPolicy(
      Verdict connection,
      @Nullable String protocol,
      @Nullable RuleMatcher<Request> matcher,
      List<Permit> permits) {
    this.connection = connection;
    this.protocol = protocol;
    this.matcher = matcher;
    this.permits = permits;
  }

  /** A deny rule matches: the peer may not connect. */
  static PeerPolicy deniedBy(RuleOrigin rule) {
    return new PeerPolicy(
        new Denial("a deny rule matches", rule, List.of()), null, null, List.of());
  }

  /** The peer may not connect; unlike a permit, a denial may be made by anyone. */
  public static PeerPolicy denied(Denial denial) {
    return new PeerPolicy(denial, null, null, List.of());
  }

  /** The peer may connect and no request is judged. */
  static PeerPolicy allowed(RuleOrigin by) {
    return new PeerPolicy(new Permit(by), null, null, List.of());
  }

  /**
   * The peer may connect; its connection is steered to the protocol's filter, which judges each
   * request.
   *
   * @param matcher must have at least one rule
   */
  @SuppressWarnings(
      "unchecked") // a matcher is only ever given requests of the module that compiled it
  static PeerPolicy inspected(String protocol, RuleMatcher<?> matcher) {
    List<Permit> permits = matcher.origins().stream().map(Permit::new).toList();
    return new PeerPolicy(permits.getFirst(), protocol, (RuleMatcher<Request>) matcher, permits);
  }

  /** The same, but a rule without L7 allows every request. */
  PeerPolicy unrestrictedBy(RuleOrigin rule) {
    return new PeerPolicy(new Permit(rule), protocol, null, List.of());
  }

  /** The same verdicts, but without a filter where none of them needs it. */
  PeerPolicy withoutNeedlessInspection() {
    return unrestricted() ? new PeerPolicy(connection, null, null, List.of()) : this;
  }

  /** How many matchers have thrown since the process started; each was a denial. */
  public static long matcherFaults() {
    return MATCHER_FAULTS.sum();
  }

  /** Whether the peer may connect at all. */
  public Verdict connection() {
    return connection;
  }

  /** The protocol whose filter must judge each request, or null if the port needs no parsing. */
  public @Nullable String protocol() {
    return protocol;
  }

  /** Whether every request of this peer is allowed. */
  public boolean unrestricted() {
    return matcher == null && connection instanceof Permit;
  }

  /** Judges one request; allocates nothing when it is allowed. */
  public Verdict judge(Request request) {
    RuleMatcher<Request> rules = matcher;
    if (rules == null) {
      return connection;
    }
    try {
      int rule = rules.match(request);
      return rule == RuleMatcher.NONE ? explain(rules, request) : permits.get(rule);
    } catch (RuntimeException | StackOverflowError fault) {
      MATCHER_FAULTS.increment();
      return Denial.because("the rule matcher failed");
    }
  }

  private static Denial explain(RuleMatcher<Request> rules, Request request) {
    List<NearestMiss> misses = rules.nearest(request, MAX_NEAREST_MISSES);
    return new Denial("no rule matches", RuleOrigin.NONE, List.copyOf(misses));
  }
}
