package io.sluice.dns.relay;

import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/**
 * What became of a message; also the value of the metric label {@code outcome}. Every message of a
 * client ends as exactly one of them, those of servers only where they are the reason.
 */
public enum DnsOutcome {
  /** The client has the server's answer, whatever that says. */
  ANSWERED,
  /** The policy does not allow the query; the client was told so if it may reach the server. */
  REFUSED,
  /** It was no query that can be read; the client was told so if it may reach the server. */
  MALFORMED,
  /** Neither a query nor worth an answer. */
  DROPPED,
  /** No endpoint of this node sent it, or nobody steered it here. */
  STRANGER,
  /** Too many queries waited; the client got SERVFAIL, or nothing if it could not even be read. */
  OVERLOAD,
  /** No socket towards the server could be had; the client got SERVFAIL. */
  NO_SOCKET,
  /** The server did not answer in time; the client got SERVFAIL. */
  UNANSWERED,
  /** The client closed its connection before the server had answered. */
  ABANDONED,
  /**
   * The server's answer could not be read; the client got SERVFAIL, or the answer as it came where
   * only audited policies want it seen.
   */
  MALFORMED_ANSWER,
  /** A message from a server that was no answer to what was asked, and was forgotten. */
  FOREIGN_ANSWER,
  /** The kernel did not take the addresses of an answer; what the client got is a setting. */
  UNUSABLE,
  /** The same because it did not take them in time. */
  USABLE_TOO_LATE;

  /** What a client can have been given with it. */
  public Set<GivenCode> codes() {
    return switch (this) {
      case ANSWERED -> EnumSet.complementOf(EnumSet.of(GivenCode.NONE));
      case REFUSED -> EnumSet.of(GivenCode.REFUSED, GivenCode.NXDOMAIN, GivenCode.NONE);
      case MALFORMED -> EnumSet.of(GivenCode.FORMERR, GivenCode.NOTIMP, GivenCode.NONE);
      case OVERLOAD, NO_SOCKET -> EnumSet.of(GivenCode.SERVFAIL, GivenCode.NONE);
      case UNANSWERED -> EnumSet.of(GivenCode.SERVFAIL);
      case MALFORMED_ANSWER -> EnumSet.of(GivenCode.SERVFAIL, GivenCode.OTHER);
      case UNUSABLE, USABLE_TOO_LATE -> EnumSet.of(GivenCode.SERVFAIL, GivenCode.NOERROR);
      case DROPPED, STRANGER, ABANDONED, FOREIGN_ANSWER -> EnumSet.of(GivenCode.NONE);
    };
  }

  /** The name in metrics. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
