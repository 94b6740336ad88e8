package io.sluice.proxy.policy;

import io.sluice.proxy.policy.rule.NearestMiss;
import io.sluice.proxy.policy.rule.RefusedAs;
import io.sluice.proxy.policy.rule.Request;
import io.sluice.proxy.policy.rule.RuleMatcher;
import io.sluice.proxy.policy.rule.RuleOrigin;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * What one set of rules, the enforced one or the shadow, says about one peer on one port.
 *
 * <p>Immutable. Denies whenever it can't tell: a matcher that throws is a denial and counted. It
 * makes permits, so nobody but {@code compile} makes it; a test of the architecture holds that.
 */
public final class PeerRules {
  /** No rule allows the peer: it may not connect. */
  public static final PeerRules NOTHING_ALLOWS =
      new PeerRules(Denial.because("no rule allows this peer"), null, null, List.of(), null);

  private static final LongAdder MATCHER_FAULTS = new LongAdder();

  private final Verdict connection;
  private final @Nullable String protocol;
  private final @Nullable RuleMatcher<Request> matcher;
  private final List<Permit> permits;
  private final @Nullable RuleMatcher<Request> editor;

  private PeerRules(
      Verdict connection,
      @Nullable String protocol,
      @Nullable RuleMatcher<Request> matcher,
      List<Permit> permits,
      @Nullable RuleMatcher<Request> editor) {
    this.connection = connection;
    this.protocol = protocol;
    this.matcher = matcher;
    this.permits = permits;
    this.editor = editor;
  }

  /** The peer may not connect. */
  public static PeerRules denied(Denial denial) {
    return new PeerRules(denial, null, null, List.of(), null);
  }

  /** The peer may connect and no request is judged. */
  public static PeerRules allowed(List<RuleOrigin> by) {
    return new PeerRules(new Permit(by), null, null, List.of(), null);
  }

  /**
   * The peer may connect; its connection is steered to the protocol's filter, which judges each
   * request.
   *
   * @param matcher must have at least one rule
   * @param by the rules whose L7 parts the matcher was made of
   */
  @SuppressWarnings(
      "unchecked") // a matcher is only ever given requests of the module that compiled it
  public static PeerRules inspected(String protocol, RuleMatcher<?> matcher, List<RuleOrigin> by) {
    List<Permit> permits =
        matcher.origins().stream().map(origin -> new Permit(List.of(origin))).toList();
    RuleMatcher<Request> rules = (RuleMatcher<Request>) matcher;
    return new PeerRules(new Permit(by), protocol, rules, permits, rules);
  }

  /** The same, also in what is done to requests, but rules without L7 allow every request. */
  public PeerRules unrestrictedBy(List<RuleOrigin> rules) {
    return new PeerRules(new Permit(rules), protocol, null, List.of(), editor);
  }

  /** How many matchers have thrown since the process started. */
  static long matcherFaults() {
    return MATCHER_FAULTS.sum();
  }

  /** A permit or a denial: whether the peer may connect at all. */
  Verdict connection() {
    return connection;
  }

  /** The protocol whose filter must see the connection, or null if nothing needs parsing. */
  @Nullable String protocol() {
    return protocol;
  }

  /** Whether it depends on the request. */
  boolean restrictsRequests() {
    return matcher != null;
  }

  /** Whether it judges requests by the same rules as another, on the same protocol. */
  @SuppressWarnings("ReferenceEquality") // equal rules share one matcher
  boolean judgesLike(PeerRules other) {
    return matcher == other.matcher
        && Objects.equals(protocol, other.protocol)
        && connection instanceof Permit == other.connection instanceof Permit;
  }

  /** A permit or a denial; allocates nothing when it allows. */
  Verdict judge(Request request) {
    RuleMatcher<Request> rules = matcher;
    if (rules == null) {
      return connection;
    }
    try {
      int rule = rules.match(request);
      return rule == RuleMatcher.NONE ? refuse(rules, request) : permits.get(rule);
    } catch (RuntimeException | StackOverflowError fault) {
      MATCHER_FAULTS.increment();
      return Denial.because("the rule matcher failed");
    }
  }

  /** The same verdict with every rule that allows the request. */
  Verdict explain(Request request) {
    Verdict verdict = judge(request);
    RuleMatcher<Request> rules = matcher;
    if (rules == null || !(verdict instanceof Permit)) {
      return verdict;
    }
    List<RuleOrigin> all = rules.origins();
    return new Permit(rules.matching(request).stream().map(all::get).toList());
  }

  /** The request with the changes that the rules make to it. */
  @SuppressWarnings("unchecked") // a matcher returns the kind of request that it was given
  <R extends Request> R forwarded(R request) {
    return editor == null ? request : (R) editor.forwarded(request);
  }

  /** The request so that no record of it shows a secret of the rules. */
  @SuppressWarnings("unchecked") // a matcher returns the kind of request that it was given
  <R extends Request> R recorded(R request) {
    return editor == null ? request : (R) editor.recorded(request);
  }

  /** What whoever sends a request that is refused is told. */
  RefusedAs refusedAs() {
    return editor == null ? RefusedAs.CONFIGURED : editor.refusedAs();
  }

  private Denial refuse(RuleMatcher<Request> rules, Request request) {
    List<NearestMiss> misses = rules.nearest(request, Denial.MAX_NEAREST_MISSES);
    return new Denial("no rule matches", false, connection.decidedBy(), misses);
  }
}
