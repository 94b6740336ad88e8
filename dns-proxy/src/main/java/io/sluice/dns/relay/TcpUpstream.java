package io.sluice.dns.relay;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.sluice.dns.codec.Message;
import io.sluice.proxy.policy.Permit;
import io.sluice.proxy.spi.Connection;
import io.sluice.proxy.spi.Upstream;
import io.sluice.proxy.spi.UpstreamEvents;
import java.security.SecureRandom;
import java.util.List;
import java.util.function.Consumer;

/**
 * One connection to a server and the queries that wait on it: answers may come in any order, and
 * when it ends, what it has not answered is handed back. For its connection's event loop.
 */
final class TcpUpstream implements UpstreamEvents {
  private static final SecureRandom RANDOM = new SecureRandom();

  private final Upstream upstream;
  private final QueryNumbers waiting = new QueryNumbers(RANDOM);
  private final Frames frames = new Frames();
  private final Consumer<List<Inquiry>> ended;
  private long quietSinceNanos;

  /**
   * Opens it.
   *
   * @param ended given, once for all, what it will not answer
   */
  TcpUpstream(Connection connection, Permit permit, Consumer<List<Inquiry>> ended) {
    this.ended = ended;
    this.upstream = connection.openUpstream(permit, this);
  }

  boolean isOpen() {
    return upstream.isOpen();
  }

  boolean isIdle() {
    return waiting.isEmpty();
  }

  /** Sends a query; nothing may wait longer on it than the connection's bound on queries allows. */
  void send(Inquiry inquiry, long nowNanos) {
    if (waiting.isEmpty()) {
      quietSinceNanos = nowNanos;
    }
    byte[] message = inquiry.numbered(waiting.add(inquiry));
    ByteBuf length = Unpooled.buffer(2).writeShort(message.length);
    upstream.write(
        inquiry.permit(), Unpooled.wrappedBuffer(length, Unpooled.wrappedBuffer(message)));
  }

  /** Since when a query waits and nothing has come. */
  boolean isQuietSince(long nanos) {
    return !waiting.isEmpty() && quietSinceNanos - nanos <= 0;
  }

  void setReading(boolean on) {
    upstream.setReading(on);
  }

  /** Ends it; what waits is handed back. */
  void reset() {
    upstream.reset();
  }

  /** Ends it in order. */
  void close() {
    upstream.close();
  }

  @Override
  public void received(ByteBuf bytes) {
    try {
      for (byte[] message = frames.next(bytes); message != null; message = frames.next(bytes)) {
        answered(message);
      }
    } finally {
      bytes.release();
    }
  }

  private void answered(byte[] message) {
    if (message.length < Message.HEADER_BYTES) {
      return;
    }
    int number = Message.id(message);
    Inquiry inquiry = waiting.get(number);
    if (inquiry != null && inquiry.answered(message)) {
      waiting.remove(number);
      quietSinceNanos = System.nanoTime();
    }
  }

  @Override
  public void receivedAll() {
    // Each answer goes out by itself.
  }

  @Override
  public void ended() {
    upstream.close();
  }

  @Override
  public void writabilityChanged() {
    // What may wait is bounded by the number of queries of one connection.
  }

  @Override
  public void closed(String reason) {
    ended.accept(waiting.takeAll());
  }
}
