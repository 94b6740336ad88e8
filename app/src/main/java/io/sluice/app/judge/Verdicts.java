package io.sluice.app.judge;

import io.sluice.proxy.policy.Audited;
import io.sluice.proxy.policy.Denial;
import io.sluice.proxy.policy.PeerPolicy;
import io.sluice.proxy.policy.Permit;
import io.sluice.proxy.policy.Verdict;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Puts into an answer's words what the compiled policy of one end says. */
final class Verdicts {
  private final String endpoint;
  private final PeerPolicy policy;
  private final Verdict connection;

  /**
   * Speaks for one end.
   *
   * @param endpoint {@code namespace/name}
   * @param policy what the peer may do on the port
   * @param connection the policy's verdict on the connection, with the rules that came near
   */
  Verdicts(String endpoint, PeerPolicy policy, Verdict connection) {
    this.endpoint = endpoint;
    this.policy = policy;
    this.connection = connection;
  }

  /** What an end says whose direction is not enforced. */
  static Side unenforced(String endpoint) {
    return new Side(
        endpoint,
        false,
        Outcome.ALLOWED,
        Layer.L3L4,
        false,
        "no policy is enforced here",
        List.of(),
        List.of(),
        false,
        null);
  }

  /** What the end says to a question. */
  Side to(@Nullable Layer7 layer7, @Nullable String sni) {
    String protocol = policy.protocol();
    if (protocol == null || connection instanceof Denial) {
      return side(connection, Layer.L3L4, false, "a rule allows the connection", null);
    }
    if (layer7 == null && sni == null) {
      return side(
          connection,
          Layer.L3L4,
          true,
          policy.unrestricted() ? "every request is allowed" : "depends on the request",
          null);
    }
    Layer layer = Layer.L7;
    try {
      Verdict verdict = policy.explain(Requests.read(protocol, layer7, sni));
      boolean passes = !(verdict instanceof Denial);
      return side(
          verdict, layer, true, "a rule allows the request", passes ? forwarded(layer7) : null);
    } catch (Requests.UnreadableException unreadable) {
      Denial denial = Denial.because(String.valueOf(unreadable.getMessage()));
      return policy.auditOnly()
          ? side(Outcome.AUDIT, denial, layer, true, denial.reason(), forwarded(layer7))
          : side(Outcome.DENIED, denial, Layer.L7, true, denial.reason(), null);
    }
  }

  private static @Nullable Map<String, List<String>> forwarded(@Nullable Layer7 layer7) {
    Map<String, List<String>> headers =
        switch (layer7) {
          case Layer7.Http http -> http.headers();
          case Layer7.Grpc grpc -> grpc.headers();
          case null, default -> null;
        };
    if (headers == null) {
      return null;
    }
    Map<String, List<String>> lower = new LinkedHashMap<>();
    headers.forEach((name, values) -> lower.put(name.toLowerCase(Locale.ROOT), values));
    return lower;
  }

  private Side side(
      Verdict verdict,
      Layer layer,
      boolean proxied,
      String permitted,
      @Nullable Map<String, List<String>> forwarded) {
    return switch (verdict) {
      case Permit permit ->
          side(
              Outcome.ALLOWED,
              permit,
              layer,
              proxied,
              permit.allowedBy().rule().isEmpty() ? "always allowed" : permitted,
              forwarded);
      case Denial denial -> side(Outcome.DENIED, denial, layer, proxied, denial.reason(), null);
      case Audited audited ->
          side(
              Outcome.AUDIT,
              audited.denial(),
              layer,
              proxied,
              audited.denial().reason(),
              forwarded);
    };
  }

  private Side side(
      Outcome outcome,
      Verdict verdict,
      Layer layer,
      boolean proxied,
      String reason,
      @Nullable Map<String, List<String>> forwarded) {
    return new Side(
        endpoint,
        true,
        outcome,
        layer,
        proxied,
        reason,
        verdict.decidedBy(),
        verdict instanceof Denial denial ? denial.nearestMisses() : List.of(),
        false,
        forwarded);
  }
}
