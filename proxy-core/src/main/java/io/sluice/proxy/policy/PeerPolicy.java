package io.sluice.proxy.policy;

import io.sluice.proxy.policy.rule.RefusedAs;
import io.sluice.proxy.policy.rule.Request;
import io.sluice.proxy.policy.rule.RuleOrigin;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one peer may do on one port of one endpoint: the end of the policy lookup, asked once for
 * the connection and once for each request.
 *
 * <p>Immutable; made with its snapshot and shared by all connections of that peer. What is enforced
 * decides alone; the shadow, if there is one, only turns a permit into {@link Audited} and adds to
 * the reason of a denial.
 */
public final class PeerPolicy {
  private static final String WOULD_ALLOW = "; without audit it would be allowed";

  private final PeerRules enforced;
  private final @Nullable PeerRules shadow;
  private final Verdict connection;
  private final boolean allowedWithoutAudit;

  private PeerPolicy(
      PeerRules enforced,
      @Nullable PeerRules shadow,
      Verdict connection,
      boolean allowedWithoutAudit) {
    this.enforced = enforced;
    this.shadow = shadow;
    this.connection = connection;
    this.allowedWithoutAudit = allowedWithoutAudit;
  }

  /**
   * Puts the two sets together.
   *
   * @param shadow null where nothing is audited
   */
  public static PeerPolicy of(PeerRules enforced, @Nullable PeerRules shadow) {
    if (shadow == null) {
      Verdict connection = enforced.connection();
      return new PeerPolicy(enforced, null, connection, connection.permit() != null);
    }
    PeerRules judgeable = judgeable(enforced, shadow);
    Verdict connection = join(enforced.connection(), judgeable.connection());
    boolean allowedWithoutAudit = judgeable.connection().permit() != null;
    if (connection instanceof Denial denial) {
      return new PeerPolicy(PeerRules.denied(denial), null, denial, allowedWithoutAudit);
    }
    return new PeerPolicy(
        enforced,
        judgeable.judgesLike(enforced) ? null : judgeable,
        connection,
        allowedWithoutAudit);
  }

  /**
   * The shadow as far as it can be judged on what the enforced rules have parsed: of a connection
   * of one protocol no request of another can be had, and without audit it would be refused.
   */
  private static PeerRules judgeable(PeerRules enforced, PeerRules shadow) {
    String parsed = enforced.protocol();
    if (parsed == null || !shadow.restrictsRequests() || parsed.equals(shadow.protocol())) {
      return shadow;
    }
    return PeerRules.denied(
        new Denial(
            "rules for " + shadow.protocol() + " meet rules for " + parsed + " on one port",
            true,
            shadow.connection().decidedBy(),
            List.of()));
  }

  /** The peer may not connect; unlike a permit, a denial may be made by anyone. */
  public static PeerPolicy denied(Denial denial) {
    return of(PeerRules.denied(denial), null);
  }

  /** How many matchers have thrown since the process started; each was a denial. */
  public static long matcherFaults() {
    return PeerRules.matcherFaults();
  }

  /**
   * Whether the peer may connect at all. {@link Audited} where even the connection would be refused
   * without audit; where the connection is inspected, its requests say so too.
   */
  public Verdict connection() {
    return connection;
  }

  /**
   * Whether the peer might connect if nothing were audited, whatever {@link #connection()} says
   * now.
   */
  public boolean allowedWithoutAudit() {
    return allowedWithoutAudit;
  }

  /** The protocol whose filter must see each request, or null if the port needs no parsing. */
  public @Nullable String protocol() {
    return enforced.protocol() != null || shadow == null ? enforced.protocol() : shadow.protocol();
  }

  /**
   * Whether only audited rules want its requests seen: then the filter judges what it can read, and
   * every byte goes on as it came, also one that it can't read.
   */
  public boolean auditOnly() {
    return enforced.protocol() == null && protocol() != null;
  }

  /** Whether the peer may connect, and no enforced rule wants its bytes read before they go on. */
  public boolean passesUnread() {
    return connection.permit() != null && enforced.protocol() == null;
  }

  /** Whether every request of this peer is allowed, and none would be refused without audit. */
  public boolean unrestricted() {
    return connection instanceof Permit
        && !enforced.restrictsRequests()
        && (shadow == null || !shadow.restrictsRequests());
  }

  /** Judges one request; allocates nothing when it is simply allowed. */
  public Verdict judge(Request request) {
    Verdict verdict = enforced.judge(request);
    PeerRules audited = shadow;
    return audited == null ? verdict : join(verdict, audited.judge(request));
  }

  /** The same verdict, at more cost, with every rule that decided. */
  public Verdict explain(Request request) {
    Verdict verdict = enforced.explain(request);
    return shadow == null ? verdict : join(verdict, shadow.explain(request));
  }

  /**
   * The request as it goes on if it is allowed, and as its record shows it in any case: with the
   * changes that enforced rules make, and without secrets; the same object if there is nothing to
   * change. Audited rules change nothing.
   */
  public <R extends Request> R forwarded(R request) {
    R forwarded = enforced.forwarded(request);
    PeerRules audited = shadow;
    return audited == null ? forwarded : audited.recorded(forwarded);
  }

  /**
   * What whoever sends a request that is refused is told, whatever it is refused for. Audited rules
   * have no say in it.
   */
  public RefusedAs refusedAs() {
    return enforced.refusedAs();
  }

  /** The rules that would be enforced without audit; empty where nothing is audited. */
  public List<RuleOrigin> audited() {
    return shadow == null ? List.of() : shadow.connection().decidedBy();
  }

  private static Verdict join(Verdict enforced, Verdict shadow) {
    if (enforced instanceof Permit permit) {
      return shadow instanceof Denial denial ? new Audited(permit, denial) : permit;
    }
    return enforced instanceof Denial denial && shadow instanceof Permit
        ? denial.adding(WOULD_ALLOW)
        : enforced;
  }
}
