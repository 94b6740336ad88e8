package io.sluice.dns.relay;

import io.sluice.dns.codec.Message;
import io.sluice.dns.codec.Query;
import io.sluice.proxy.policy.PeerPolicy;
import io.sluice.proxy.policy.Permit;

/**
 * One allowed query, from its arrival to the one message that it is answered with. Touched by the
 * asker's event loop only.
 */
public final class Inquiry {
  private static final int MOST_TRIES = 2;

  private final DnsRelay relay;
  private final Query query;
  private final Asker asker;
  private final PeerPolicy policy;
  private final Permit permit;
  private final long arrivedNanos;
  private final long judgedNanos;
  private final long endpoint;
  private long serverDoneNanos;
  private int tries;
  private boolean over;

  Inquiry(
      DnsRelay relay,
      Query query,
      Asker asker,
      PeerPolicy policy,
      Permit permit,
      long arrivedNanos,
      long judgedNanos) {
    this.relay = relay;
    this.query = query;
    this.asker = asker;
    this.policy = policy;
    this.permit = permit;
    this.arrivedNanos = arrivedNanos;
    this.judgedNanos = judgedNanos;
    this.endpoint = asker.ends().endpoint().id();
  }

  /** The number of the endpoint that asked; it stays, whatever becomes of the endpoint. */
  long endpoint() {
    return endpoint;
  }

  Query query() {
    return query;
  }

  Asker asker() {
    return asker;
  }

  /** What it was judged by. */
  PeerPolicy policy() {
    return policy;
  }

  Permit permit() {
    return permit;
  }

  long arrivedNanos() {
    return arrivedNanos;
  }

  long judgedNanos() {
    return judgedNanos;
  }

  /** When the server had answered, or was waited for no longer; only once it is {@link #over}. */
  long serverDoneNanos() {
    return serverDoneNanos;
  }

  /** Whether the server has answered, or won't any more. */
  boolean over() {
    return over;
  }

  /** Whether the server may be asked once more; counts that it is. */
  boolean tryOnce() {
    return tries++ < MOST_TRIES;
  }

  /** The bytes for the server, which are the client's but for the number. */
  byte[] numbered(int id) {
    return query.numbered(id);
  }

  /**
   * A message has come from the server under its number.
   *
   * @return whether that was the answer; if not, one may still come
   */
  boolean answered(byte[] message) {
    if (over || !relay.isAnswer(this, message)) {
      return over;
    }
    end();
    relay.answered(this, Message.numbered(message, query.id()));
    return true;
  }

  /** No answer will come; {@code reason} is for people. */
  void failed(DnsOutcome outcome, String reason) {
    if (!over) {
      end();
      relay.fail(this, outcome, reason);
    }
  }

  private void end() {
    over = true;
    serverDoneNanos = System.nanoTime();
  }
}
