package io.sluice.http.relay;

import io.netty.buffer.ByteBuf;
import io.sluice.http.codec.Body;
import io.sluice.http.codec.Proved;
import io.sluice.http.codec.ResponseHead;
import io.sluice.http.codec.ResponseParser;
import io.sluice.http.guard.Rejected;
import io.sluice.http.guard.ResponseSplitting;
import io.sluice.proxy.policy.Permit;
import io.sluice.proxy.spi.Connection;
import io.sluice.proxy.spi.Limits;
import io.sluice.proxy.spi.Upstream;
import io.sluice.proxy.spi.UpstreamEvents;
import org.jspecify.annotations.Nullable;

/**
 * The server's side of a connection: reads its answers, pairs each with the one request in flight,
 * and passes on what is proved. Once let go of, it hears nothing any more.
 */
final class ServerSide implements UpstreamEvents {
  private static final int CONTINUE = 100;

  private final Conversation conversation;
  private final Limits limits;
  private final ResponseParser parser;
  private final Proved proved;
  private @Nullable Upstream upstream;
  private boolean ended;
  private boolean released;

  ServerSide(Conversation conversation, Connection connection) {
    this.conversation = conversation;
    this.limits = connection.limits();
    this.parser =
        new ResponseParser(limits.requestLineBytes(), limits.headerBytes(), limits.headerFields());
    this.proved = new Proved(connection.downstream().alloc());
  }

  /** Opens the upstream; a failure may be told before this returns. */
  void open(Connection connection, Permit permit) {
    Upstream opened = connection.openUpstream(permit, this);
    if (released) {
      opened.reset();
    } else {
      upstream = opened;
    }
  }

  /** Whether another request may be sent. */
  boolean isOpen() {
    return upstream != null && !ended && upstream.isOpen();
  }

  /** Whether more may be written now. */
  boolean isWritable() {
    return upstream == null || upstream.isWritable();
  }

  /** Whether the server has sent FIN. */
  boolean isEnded() {
    return ended;
  }

  void write(Permit permit, ByteBuf bytes) {
    if (upstream == null) {
      bytes.release();
    } else {
      upstream.write(permit, bytes);
    }
  }

  void setReading(boolean on) {
    if (upstream != null) {
      upstream.setReading(on);
    }
  }

  void shutdownOutput() {
    if (upstream != null) {
      upstream.shutdownOutput();
    }
  }

  /** Closes in order and lets go. */
  void close() {
    released = true;
    if (upstream != null) {
      upstream.close();
    }
  }

  /** Resets and lets go. */
  void reset() {
    released = true;
    if (upstream != null) {
      upstream.reset();
    }
  }

  @Override
  public void received(ByteBuf in) {
    if (released) {
      in.release();
      return;
    }
    try {
      conversation.bytesCame();
      read(in);
    } catch (Rejected malformed) {
      proved.drop();
      conversation.fail(malformed.reason());
    } finally {
      in.release();
    }
  }

  private void read(ByteBuf in) throws Rejected {
    while (in.isReadable() && !released) {
      Exchange exchange = conversation.exchange();
      if (exchange == null || exchange.responseComplete()) {
        unasked(exchange);
        return;
      }
      if (conversation.isTunnel()) {
        conversation.toClient(in.readRetainedSlice(in.readableBytes()));
      } else {
        answer(in, exchange);
      }
    }
  }

  private void answer(ByteBuf in, Exchange exchange) throws Rejected {
    int from = in.readerIndex();
    proved.begin(in, from);
    Body body = exchange.responseBody;
    if (body == null) {
      boolean whole = !parser.isPartial();
      ResponseHead head = parser.read(in, exchange.request);
      if (head == null) {
        return;
      }
      if (whole) {
        proved.begin(in, in.readerIndex() - head.length());
        proved.pass(in.readerIndex());
      } else {
        proved.insert(head.bytes(), 0, head.length(), in.readerIndex());
      }
      body = head(exchange, head);
    }
    if (body != null) {
      body.read(in, proved);
    }
    ByteBuf answer = proved.take();
    if (answer != null) {
      exchange.answering = true;
      conversation.toClient(answer);
    }
    if (conversation.isTunnel()) {
      conversation.tunnelOpen();
    } else if (body != null && body.isComplete()) {
      // What follows in the same bytes can't belong to a request that was not yet sent.
      conversation.answered(!in.isReadable());
    }
  }

  /** Takes in a head; returns the body's reader if it is the final one. */
  private @Nullable Body head(Exchange exchange, ResponseHead head) throws Rejected {
    if (head.isInterim()) {
      ResponseSplitting.interim(++exchange.interim, exchange.request.http10());
      exchange.continued |= head.code() == CONTINUE;
      return null;
    }
    exchange.response = head;
    if (head.isSwitching()) {
      conversation.switching();
      return null;
    }
    exchange.responseBody = head.body(limits.headerBytes(), limits.headerFields());
    return exchange.responseBody;
  }

  @Override
  public void receivedAll() {
    if (!released) {
      conversation.flush();
    }
  }

  // What was answered before still arrives at the client.
  private void unasked(@Nullable Exchange exchange) {
    conversation.record(exchange, ResponseSplitting.unasked().reason());
    conversation.end();
  }

  @Override
  public void ended() {
    if (released) {
      return;
    }
    ended = true;
    Exchange exchange = conversation.exchange();
    if (conversation.isTunnel()) {
      conversation.tunnelHalfEnded();
    } else if (exchange == null) {
      conversation.serverLeft();
    } else if (isAnswered(exchange)) {
      conversation.answeredToTheEnd(exchange);
    } else {
      conversation.fail("the server closed without a whole answer");
    }
  }

  private static boolean isAnswered(Exchange exchange) {
    Body body = exchange.responseBody;
    return body != null && (body.isComplete() || body.endsWithConnection());
  }

  @Override
  public void writabilityChanged() {
    if (!released) {
      conversation.updateReading();
    }
  }

  @Override
  public void closed(String reason) {
    if (released) {
      return;
    }
    released = true;
    Exchange exchange = conversation.exchange();
    if (exchange == null) {
      conversation.serverLeft();
    } else if (exchange.responseComplete()) {
      conversation.answeredToTheEnd(exchange);
    } else {
      conversation.fail(reason);
    }
  }
}
