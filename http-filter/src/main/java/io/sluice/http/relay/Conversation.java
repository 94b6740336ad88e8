package io.sluice.http.relay;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.sluice.http.codec.Body;
import io.sluice.http.codec.Proved;
import io.sluice.http.codec.RequestHead;
import io.sluice.http.codec.RequestParser;
import io.sluice.http.deny.Answer;
import io.sluice.http.guard.Rejected;
import io.sluice.proxy.policy.Denial;
import io.sluice.proxy.policy.PeerPolicy;
import io.sluice.proxy.policy.Permit;
import io.sluice.proxy.policy.Verdict;
import io.sluice.proxy.spi.Connection;
import io.sluice.proxy.spi.Limits;
import io.sluice.proxy.spi.Tunnel;
import org.jspecify.annotations.Nullable;

/**
 * Judges the requests of one connection, one after the other, and forwards exactly what was judged:
 * while a request is in flight the next one is not even parsed, so answers can't be paired wrongly
 * and each request meets the policy of its own moment.
 */
final class Conversation {
  static final Denial NO_CONNECT = Denial.because("CONNECT is not offered");

  private enum Reading {
    /** Heads of requests. */
    HEAD,
    /** The body of the request in flight. */
    BODY,
    /** The body of a denied request, which is dropped. */
    DENIED_BODY,
    /** Bytes of a tunnel. */
    TUNNEL,
    /** Bytes that nobody wants, until the client closes. */
    NOTHING
  }

  private final Connection connection;
  private final Limits limits;
  private final Recorder recorder;
  private final RequestParser parser;
  private final HeadDeadline headDeadline;
  private final ClientSide client;
  private final Proved proved;
  private final HeadMemory.Share memory;

  private @Nullable ServerSide server;
  private @Nullable Exchange exchange;
  private @Nullable Tunnel tunnel;
  private @Nullable Body body;
  private @Nullable DeniedBody deniedBody;
  private @Nullable ByteBuf held;
  private Reading reading = Reading.HEAD;
  private boolean inputEnded;
  private boolean tunnelTold;
  private boolean finishing;
  private boolean draining;
  private boolean processing;

  Conversation(Connection connection, ChannelHandlerContext context, HeadMemory.Share memory) {
    this.connection = connection;
    this.limits = connection.limits();
    this.recorder = new Recorder(connection);
    this.headDeadline = new HeadDeadline(limits.headerTimeout());
    this.client = new ClientSide(context, connection.downstream());
    this.proved = new Proved(context.alloc());
    this.memory = memory;
    this.parser =
        new RequestParser(limits.requestLineBytes(), limits.headerBytes(), limits.headerFields());
  }

  // ---- the client's bytes ----

  /** Takes in what the client sent; releases it when it has been used. */
  void received(ByteBuf in) {
    ByteBuf before = held;
    held = before == null ? in : ClientSide.join(before, in);
    process();
  }

  /** Goes through the bytes at hand as far as they can be used now, and holds the rest. */
  private void process() {
    if (processing) {
      return; // an event of the upstream came while a write to it was being made
    }
    processing = true;
    try {
      while (held != null && held.isReadable() && step(held)) {
        // each step uses some bytes or says that the rest must wait
      }
    } catch (Rejected malformed) {
      reject(malformed);
    } finally {
      processing = false;
    }
    account();
    if (held != null && !held.isReadable()) {
      held.release();
      held = null;
    }
    if (inputEnded && !client.isClosed()) {
      clientEnded();
    }
    updateReading();
  }

  /** Keeps the books of what heads take, and ends the connection if that is too much. */
  void account() {
    int bytes = parser.heldBytes() + (server == null ? 0 : server.heldBytes());
    if (!memory.hold(bytes + (exchange == null ? 0 : exchange.heldBytes()))) {
      reject(Rejected.with(431, "large heads take too much memory on this node"));
    }
  }

  /** The bytes of the client that wait here. */
  int keptBytes() {
    return parser.heldBytes() + (held == null ? 0 : held.readableBytes());
  }

  private boolean step(ByteBuf in) throws Rejected {
    switch (reading) {
      case HEAD -> {
        if (exchange != null || !client.isWritable()) {
          return false;
        }
        head(in);
      }
      case BODY -> forward(in);
      case DENIED_BODY -> drop(in);
      case TUNNEL -> {
        if (tunnel != null) {
          tunnel.clientSent(in.readRetainedSlice(in.readableBytes()));
        }
      }
      case NOTHING -> in.skipBytes(in.readableBytes());
    }
    return true;
  }

  private void head(ByteBuf in) throws Rejected {
    boolean whole = !parser.isPartial();
    RequestHead head = parser.read(in);
    if (head == null) {
      return;
    }
    headDeadline.headCame();
    long arrived = System.nanoTime();
    PeerPolicy policy = connection.policy();
    Verdict verdict = head.isConnect() ? NO_CONNECT : policy.judge(head);
    RequestHead changed = policy.forwarded(head);
    long judged = System.nanoTime() - arrived;
    Permit permit = verdict.permit();
    if (permit == null) {
      recorder.judged(changed, verdict, judged);
      deny(head);
      return;
    }
    Proved run = proved;
    if (whole && changed.asReceived()) {
      run.begin(in, in.readerIndex() - changed.wireLength());
      run.pass(in.readerIndex());
    } else {
      run.begin(in, in.readerIndex());
      run.insert(changed.bytes(), changed.start(), changed.wireLength(), in.readerIndex());
    }
    body = changed.body(limits.headerBytes(), limits.headerFields());
    Exchange next = new Exchange(head, changed, permit, arrived);
    exchange = next;
    reading = Reading.BODY;
    body.read(in, run);
    recorder.judged(changed, verdict, judged);
    reachServer(permit);
    sendOn(next);
  }

  private void forward(ByteBuf in) throws Rejected {
    Body current = body;
    Exchange running = exchange;
    if (current == null || running == null) {
      throw new IllegalStateException("no request is in flight");
    }
    proved.begin(in, in.readerIndex());
    current.read(in, proved);
    sendOn(running);
  }

  /** Sends on what was proved of the request in flight. */
  private void sendOn(Exchange running) {
    if (body != null && body.isComplete()) {
      running.requestComplete = true;
      reading = Reading.HEAD;
      body = null;
    }
    ByteBuf bytes = proved.take();
    if (bytes == null) {
      return;
    }
    if (server == null) {
      bytes.release(); // it could not be reached, and this connection has ended with it
    } else {
      server.write(running.permit, bytes);
    }
    if (exchange == running && running.requestComplete && running.responseComplete()) {
      finish(running);
    }
  }

  // Only for the first bytes of a request: what follows must reach the same server or nobody.
  private void reachServer(Permit permit) {
    if (server != null && server.isOpen()) {
      return;
    }
    if (server != null) {
      server.close();
    }
    server = new ServerSide(this, connection);
    server.open(permit);
  }

  // ---- refusals ----

  private void deny(RequestHead head) {
    boolean close =
        isLast()
            || !head.keepAlive()
            || head.isConnect()
            || (head.hasBody() && head.expectsContinue())
            || head.bodyLength() > limits.drainBytes();
    client.write(Answer.denied(head.isHead(), head.http10(), close));
    client.flush();
    if (close) {
      end();
    } else if (head.hasBody()) {
      Body unwanted = head.body(limits.headerBytes(), limits.headerFields());
      deniedBody = new DeniedBody(unwanted, limits.drainBytes());
      reading = Reading.DENIED_BODY;
    }
  }

  private void drop(ByteBuf in) {
    DeniedBody dropped = deniedBody;
    if (dropped == null || !dropped.drop(in, proved)) {
      end();
    } else if (dropped.isComplete()) {
      deniedBody = null;
      reading = Reading.HEAD;
    }
  }

  private void reject(Rejected malformed) {
    proved.drop();
    Exchange running = exchange;
    recorder.malformed(running != null ? running.request : parser.soFar(), malformed.reason());
    refuse(malformed.status());
  }

  /** Answers with a status and ends; resets instead where an answer is already on its way. */
  private void refuse(int status) {
    Exchange running = exchange;
    exchange = null;
    if (running != null && server != null) {
      server.reset();
      server = null;
    }
    if (running != null && running.answering) {
      resetAll();
      return;
    }
    client.write(Answer.rejected(status));
    end();
  }

  /** Nothing more is read or answered; what has been written to the client still arrives. */
  void end() {
    reading = Reading.NOTHING;
    body = null;
    exchange = null;
    if (server != null) {
      server.close();
      server = null;
    }
    client.linger();
  }

  private void resetAll() {
    reading = Reading.NOTHING;
    body = null;
    exchange = null;
    if (server != null) {
      server.release();
      server = null;
    }
    connection.reset();
  }

  // ---- what the server's side tells ----

  /** Whether no request follows the one in hand: those that wait here would have to come again. */
  boolean isLast() {
    return draining || (finishing && (held == null || !held.isReadable()));
  }

  @Nullable Exchange exchange() {
    return exchange;
  }

  void toClient(ByteBuf bytes) {
    client.write(bytes);
  }

  void flush() {
    client.flush();
  }

  /** The final answer has been passed on to its end. */
  void answered(boolean clean) {
    Exchange running = exchange;
    if (running == null) {
      return;
    }
    if (running.requestComplete && clean) {
      finish(running);
    } else if (!clean || !running.reusable()) {
      recordAnswer(running);
      end();
    }
  }

  private void finish(Exchange done) {
    recordAnswer(done);
    exchange = null;
    boolean lost = server == null || server.isEnded();
    if (!done.reusable() || draining || (lost && held == null)) {
      end();
    } else {
      process();
    }
  }

  private void recordAnswer(Exchange done) {
    if (done.response != null) {
      recorder.answered(done, done.response);
    }
  }

  /**
   * The upgrade that was asked for is granted, and the answer that says so is on its way: what the
   * client has sent meanwhile may follow.
   *
   * @param open the tunnel to the server that granted it
   */
  void switchTo(Exchange handshake, Tunnel open) {
    recordAnswer(handshake);
    reading = Reading.TUNNEL;
    tunnel = open;
    client.setReading(true);
    process();
  }

  /** What is in flight can't be completed: both connections end at once. */
  void fail(String reason) {
    record(exchange, reason);
    resetAll();
  }

  /** Records that a request got no whole answer; what a tunnel did is no answer. */
  void record(@Nullable Exchange running, String reason) {
    if (running != null && reading != Reading.TUNNEL) {
      recorder.failed(running, reason);
    }
  }

  /**
   * The server has closed between requests: passed on, as it would be without a proxy; but a
   * request that has begun to come gets a connection of its own.
   */
  void serverLeft() {
    if (server != null) {
      server.close();
      server = null;
    }
    if (reading == Reading.HEAD && held == null && !parser.isPartial()) {
      end();
    }
  }

  // ---- pressure, ends, time ----

  /**
   * Reads from the client only what can be used: nothing while bytes are held or the server lags.
   */
  void updateReading() {
    if (client.isClosed() || reading == Reading.TUNNEL) {
      return;
    }
    boolean blocked = reading == Reading.BODY && server != null && !server.isWritable();
    client.setReading(reading == Reading.NOTHING || (held == null && !blocked));
  }

  /** The client has sent FIN. */
  void inputEnded() {
    inputEnded = true;
    client.inputEnded();
    process();
  }

  /** The client takes more bytes now, or no more for now. */
  void writabilityChanged() {
    if (tunnel != null) {
      tunnel.clientWritabilityChanged();
      return;
    }
    if (server != null) {
      server.setReading(client.isWritable());
    }
    process();
  }

  // All that came before the client's FIN has been used, or waits for the answer in flight.
  private void clientEnded() {
    if (held != null) {
      return;
    }
    switch (reading) {
      case HEAD -> {
        if (exchange == null) {
          end();
        }
      }
      case BODY -> fail("the client ended within its request");
      case DENIED_BODY -> end();
      case TUNNEL -> {
        if (tunnel != null && !tunnelTold) {
          tunnelTold = true;
          tunnel.clientEnded();
        }
      }
      case NOTHING -> {}
    }
  }

  /** The client's channel is closed. */
  void gone() {
    if (reading != Reading.NOTHING && reading != Reading.TUNNEL) {
      fail("the client went away");
    }
    release();
  }

  /** Lets go of all bytes. */
  void release() {
    if (held != null) {
      held.release();
      held = null;
    }
    proved.drop();
    memory.hold(0);
  }

  /** The policy has changed: a request or tunnel that it no longer allows ends now. */
  void rejudge() {
    Exchange running = exchange;
    if (running == null) {
      return;
    }
    Permit permit = connection.policy().judge(running.judged).permit();
    if (permit == null) {
      recorder.failed(running, "no longer allowed");
      resetAll();
    } else {
      running.permit = permit;
    }
  }

  /** Another process takes new connections: this one ends with its next answer. */
  void finish() {
    finishing = true;
  }

  /** The agent is stopping: ends as soon as no request is in flight. */
  void drain() {
    draining = true;
    if (exchange == null && reading == Reading.HEAD && held == null && !parser.isPartial()) {
      end();
    }
  }

  /** Acts on deadlines that have passed. */
  void tick(long nowNanos) {
    client.tick(nowNanos);
    if (headDeadline.isLate(nowNanos, reading == Reading.HEAD && parser.isPartial())) {
      reject(Rejected.with(408, "the header section did not end in time"));
    }
  }
}
