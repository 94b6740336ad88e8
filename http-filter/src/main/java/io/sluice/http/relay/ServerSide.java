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
import io.sluice.proxy.spi.Tunnel;
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
  private final Connection connection;
  private final Limits limits;
  private final ResponseParser parser;
  private final Proved proved;
  private @Nullable Upstream upstream;
  private @Nullable Tunnel tunnel;
  private boolean ended;
  private boolean released;

  ServerSide(Conversation conversation, Connection connection) {
    this.conversation = conversation;
    this.connection = connection;
    this.limits = connection.limits();
    this.parser =
        new ResponseParser(limits.requestLineBytes(), limits.headerBytes(), limits.headerFields());
    this.proved = new Proved(connection.downstream().alloc());
  }

  /** Opens the upstream; a failure may be told before this returns. */
  void open(Permit permit) {
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

  /** The bytes of memory that an unfinished head of an answer takes. */
  int heldBytes() {
    return parser.heldBytes();
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

  /** Lets go: whoever calls it ends the upstream. */
  void release() {
    released = true;
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
    if (tunnel != null) {
      tunnel.received(in);
      return;
    }
    if (released) {
      in.release();
      return;
    }
    try {
      read(in);
      if (!released) {
        conversation.account();
      }
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
      answer(in, exchange);
      if (tunnel != null && in.isReadable()) {
        tunnel.received(in.readRetainedSlice(in.readableBytes()));
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
      if (isLast(exchange, head)) {
        byte[] closing = head.closing();
        proved.begin(in, in.readerIndex());
        proved.insert(closing, 0, closing.length, in.readerIndex());
      } else if (whole) {
        proved.begin(in, in.readerIndex() - head.wireLength());
        proved.pass(in.readerIndex());
      } else {
        proved.insert(head.bytes(), 0, head.wireLength(), in.readerIndex());
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
    if (exchange.response != null && exchange.response.isSwitching()) {
      switching(exchange);
    } else if (body != null && body.isComplete()) {
      // What follows in the same bytes can't belong to a request that was not yet sent.
      conversation.answered(!in.isReadable());
    }
  }

  /** Whether the client has to be told that its connection ends with this answer. */
  private boolean isLast(Exchange exchange, ResponseHead head) {
    boolean told = !head.keepAlive() || !exchange.request.keepAlive();
    exchange.last = !told && !head.isInterim() && !head.isSwitching() && conversation.isLast();
    return exchange.last;
  }

  // From here on the upstream's events, and what follows in the same bytes, are the tunnel's.
  private void switching(Exchange exchange) {
    Upstream open = upstream;
    if (open != null) {
      tunnel = connection.tunnel(exchange.permit, open);
      conversation.switchTo(exchange, tunnel);
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
      return null;
    }
    exchange.responseBody = head.body(limits.headerBytes(), limits.headerFields());
    return exchange.responseBody;
  }

  @Override
  public void receivedAll() {
    if (tunnel != null) {
      tunnel.receivedAll();
    } else if (!released) {
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
    if (tunnel != null) {
      tunnel.ended();
      return;
    }
    if (released) {
      return;
    }
    ended = true;
    Exchange exchange = conversation.exchange();
    if (exchange == null) {
      conversation.serverLeft();
    } else if (isAnswered(exchange)) {
      conversation.answered(false);
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
    if (tunnel != null) {
      tunnel.writabilityChanged();
    } else if (!released) {
      conversation.updateReading();
    }
  }

  @Override
  public void closed(String reason) {
    if (tunnel != null) {
      tunnel.closed(reason);
      return;
    }
    if (released) {
      return;
    }
    released = true;
    Exchange exchange = conversation.exchange();
    if (exchange == null) {
      conversation.serverLeft();
    } else if (exchange.responseComplete()) {
      conversation.answered(false);
    } else {
      conversation.fail(reason);
    }
  }
}
