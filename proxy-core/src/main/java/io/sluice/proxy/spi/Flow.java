package io.sluice.proxy.spi;

import io.sluice.proxy.policy.rule.NearestMiss;
import io.sluice.proxy.policy.rule.RuleOrigin;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The record of one verdict.
 *
 * @param connection the connection, or the exchange of datagrams, it was made on
 * @param timeNanos wall clock, nanoseconds since the epoch
 * @param type what it is about
 * @param verdict what was decided
 * @param rule the rule that decided, of {@link Outcome#AUDIT} for the denial that was not enforced;
 *     {@link RuleOrigin#NONE} if none did
 * @param reason why, for people, no text from traffic; empty for what was simply forwarded
 * @param nearestMisses for a denial, be it enforced or not, the rules that came near
 * @param protocol the filter's protocol, or empty
 * @param request what it says in the terms of the protocol, or null
 * @param latencyNanos of a response: since its request arrived; else 0
 * @param verdictNanos of a request: what judging it took; else 0
 */
public record Flow(
    FlowEnds connection,
    long timeNanos,
    Type type,
    Outcome verdict,
    RuleOrigin rule,
    String reason,
    List<NearestMiss> nearestMisses,
    String protocol,
    @Nullable RequestRecord request,
    long latencyNanos,
    long verdictNanos) {

  /** The HTTP part, or null. */
  public @Nullable HttpRecord http() {
    return request instanceof HttpRecord http ? http : null;
  }

  /** The DNS part, or null. */
  public @Nullable DnsRecord dns() {
    return request instanceof DnsRecord dns ? dns : null;
  }

  /** What a flow is about. */
  public enum Type {
    /** A whole connection, refused before any request. */
    CONNECTION,
    /** A request. */
    REQUEST,
    /** The answer to a request. */
    RESPONSE
  }

  /** What was decided. */
  public enum Outcome {
    /** Allowed and passed on. */
    FORWARDED,
    /** Refused by policy. */
    DENIED,
    /** Passed on, but without audit policy would have refused it. */
    AUDIT,
    /** Refused because it has no one safe reading. */
    MALFORMED,
    /**
     * Allowed, but could not be completed: the server refused, reset, or answered what is no
     * answer.
     */
    ERROR
  }
}
