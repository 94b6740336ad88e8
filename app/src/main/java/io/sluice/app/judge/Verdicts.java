package io.sluice.app.judge;

import io.sluice.proxy.policy.Audited;
import io.sluice.proxy.policy.Denial;
import io.sluice.proxy.policy.PeerPolicy;
import io.sluice.proxy.policy.Verdict;
import io.sluice.proxy.policy.rule.RuleOrigin;
import io.sluice.xds.resolve.Conflict;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Puts into an answer's words what the compiled policy of one end says. */
final class Verdicts {
  private final String endpoint;
  private final boolean enforced;
  private final PeerPolicy policy;
  private final Verdict connection;

  /**
   * Speaks for one end.
   *
   * @param endpoint {@code namespace/name}
   * @param enforced whether more than audit is done about the direction
   * @param policy what the peer may do on the port
   * @param connection the policy's verdict on the connection, with the rules that came near
   */
  Verdicts(String endpoint, boolean enforced, PeerPolicy policy, Verdict connection) {
    this.endpoint = endpoint;
    this.enforced = enforced;
    this.policy = policy;
    this.connection = connection;
  }

  /** What an end says whose direction is not enforced. */
  static Side unenforced(String endpoint) {
    Judged allowed =
        new Judged(Outcome.ALLOWED, "no policy is enforced here", List.of(), List.of(), null);
    return side(endpoint, false, Layer.L3L4, false, allowed, false);
  }

  /** What an end says whose policies can't be enforced together, and that never had others. */
  static Side conflict(String endpoint, List<Conflict> conflicts) {
    List<RuleOrigin> rules =
        conflicts.stream()
            .flatMap(conflict -> Stream.of(conflict.first(), conflict.second()))
            .map(Verdicts::origin)
            .distinct()
            .toList();
    Judged denied =
        new Judged(
            Outcome.DENIED,
            "its policies are in conflict: " + conflicts.getFirst().reason(),
            rules,
            List.of(),
            null);
    return side(endpoint, true, Layer.L3L4, false, denied, true);
  }

  private static RuleOrigin origin(Conflict.Said said) {
    return new RuleOrigin(
        said.policy().kind(),
        said.policy().namespace(),
        said.policy().name(),
        said.place().field());
  }

  /** What the end says to a question. */
  Side to(@Nullable Layer7 layer7, @Nullable String sni) {
    String protocol = policy.protocol();
    if (protocol == null || connection instanceof Denial) {
      return side(Layer.L3L4, false, Judged.of(connection, "a rule allows the connection", null));
    }
    if (layer7 == null && sni == null) {
      String reason = policy.unrestricted() ? "every request is allowed" : "depends on the request";
      return side(Layer.L3L4, true, Judged.of(connection, reason, null));
    }
    Judged judged;
    try {
      judged = Requests.judge(protocol, policy, layer7, sni);
    } catch (Requests.UnreadableException unreadable) {
      // Without these rules nobody would have tried to read it.
      List<RuleOrigin> wanted = policy.auditOnly() ? policy.audited() : connection.decidedBy();
      Denial denial = new Denial(String.valueOf(unreadable.getMessage()), false, wanted, List.of());
      judged = Judged.of(policy.auditOnly() ? Outcome.AUDIT : Outcome.DENIED, denial, null);
    }
    if (judged.outcome() == Outcome.AUDIT && connection instanceof Audited) {
      // Without audit there would not even be a connection.
      return side(Layer.L3L4, true, Judged.of(connection, "", judged.forwarded()));
    }
    return side(Layer.L7, true, judged);
  }

  private Side side(Layer layer, boolean proxied, Judged judged) {
    return side(endpoint, enforced, layer, proxied, judged, false);
  }

  private static Side side(
      String endpoint,
      boolean enforced,
      Layer layer,
      boolean proxied,
      Judged judged,
      boolean conflict) {
    return new Side(
        endpoint,
        enforced,
        judged.outcome(),
        layer,
        proxied,
        judged.reason(),
        judged.decidedBy(),
        judged.nearestMisses(),
        conflict,
        judged.forwarded());
  }
}
