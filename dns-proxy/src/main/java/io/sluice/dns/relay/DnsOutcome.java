package io.sluice.dns.relay;

import java.util.Locale;

/** What became of a message; also the value of the metric label {@code outcome}. */
public enum DnsOutcome {
  /** The client has the server's answer. */
  ANSWERED,
  /** The policy does not allow the query. */
  REFUSED,
  /** It was no query that can be read, and the client was told so. */
  MALFORMED,
  /** Neither a query nor worth an answer. */
  DROPPED,
  /** Too many queries waited; the client got SERVFAIL. */
  OVERLOAD,
  /** The server did not answer in time; the client got SERVFAIL. */
  UNANSWERED,
  /** The server's answer could not be read; the client got SERVFAIL. */
  MALFORMED_ANSWER,
  /** A message from a server that was no answer to what was asked, and was forgotten. */
  FOREIGN_ANSWER,
  /** The kernel did not take the addresses of an answer. */
  UNUSABLE;

  /** The name in metrics. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
