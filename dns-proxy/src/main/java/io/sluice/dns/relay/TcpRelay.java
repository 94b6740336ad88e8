package io.sluice.dns.relay;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.SocketChannel;
import io.sluice.proxy.policy.PeerPolicy;
import io.sluice.proxy.spi.Connection;
import io.sluice.proxy.spi.FilterHandler;
import io.sluice.proxy.spi.FlowEnds;
import io.sluice.proxy.spi.TcpEnd;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A client's connection: any number of queries on it, each judged by itself, answered as the
 * answers come (RFC 7766, 6.2.1.1). Its connection to the server is opened for the first query, and
 * again for the next one when the server has closed it.
 */
public final class TcpRelay extends FilterHandler implements Asker {
  /** Queries of one connection that wait; then nothing more is read from it. */
  private static final int MOST_WAITING = 64;

  /**
   * How long a connection must be quiet for its end to take no query with it that is on its way.
   */
  private static final long QUIET_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final Connection connection;
  private final DnsRelay relay;
  private final Frames frames = new Frames();
  private final SocketChannel client;
  private @Nullable TcpUpstream upstream;
  private @Nullable ByteBuf unread;
  private int waiting;
  private boolean taking;
  private boolean ending;
  private boolean finishing;
  private long quietSinceNanos = System.nanoTime();

  /** Makes one for one connection. */
  public TcpRelay(Connection connection, DnsRelay relay) {
    this.connection = connection;
    this.relay = relay;
    this.client = connection.downstream();
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    ByteBuf bytes = (ByteBuf) message;
    ByteBuf before = unread;
    unread = before == null ? bytes : Unpooled.wrappedBuffer(before, bytes);
    quietSinceNanos = System.nanoTime();
    take();
  }

  /** Takes queries out of what has come, as many as may wait. */
  private void take() {
    if (taking) {
      return;
    }
    taking = true;
    try {
      while (unread != null && waiting < MOST_WAITING && client.isWritable()) {
        byte[] message = frames.next(unread);
        if (message == null) {
          unread.release();
          unread = null;
        } else {
          relay.received(message, this);
        }
      }
    } finally {
      taking = false;
    }
    client.config().setAutoRead(unread == null);
    closeIfDone();
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    TcpUpstream server = upstream;
    if (server != null) {
      server.setReading(client.isWritable());
    }
    take();
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof ChannelInputShutdownEvent) {
      ending = true;
      closeIfDone();
    }
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    if (unread != null) {
      unread.release();
      unread = null;
    }
  }

  @Override
  public FlowEnds ends() {
    return connection;
  }

  @Override
  public PeerPolicy policy() {
    return connection.policy();
  }

  @Override
  public Executor loop() {
    return client.eventLoop();
  }

  @Override
  public void answer(byte[] message) {
    ByteBuf length = Unpooled.buffer(2).writeShort(message.length);
    client.writeAndFlush(
        Unpooled.wrappedBuffer(length, Unpooled.wrappedBuffer(message)), client.voidPromise());
  }

  @Override
  public void settled() {
    waiting--;
    quietSinceNanos = System.nanoTime();
    take();
  }

  @Override
  public void forward(Inquiry inquiry) {
    waiting++;
    send(inquiry);
  }

  private void send(Inquiry inquiry) {
    if (!inquiry.tryOnce()) {
      inquiry.failed(DnsOutcome.UNANSWERED, "the server did not answer");
      return;
    }
    TcpUpstream server = upstream;
    if (server == null || !server.isOpen()) {
      server = new TcpUpstream(connection, inquiry.permit(), this::again);
      upstream = server;
    }
    server.send(inquiry, System.nanoTime());
  }

  /** A connection to the server has ended with these unanswered: they are asked once more. */
  private void again(List<Inquiry> unanswered) {
    for (Inquiry inquiry : unanswered) {
      if (client.isActive()) {
        send(inquiry);
      } else {
        inquiry.failed(DnsOutcome.ABANDONED, "the client has gone");
      }
    }
  }

  private void closeIfDone() {
    if (ending && waiting == 0 && unread == null && client.isOpen()) {
      TcpEnd.close(client);
    }
  }

  @Override
  public int keptBytes() {
    return frames.keptBytes() + (unread == null ? 0 : unread.readableBytes());
  }

  @Override
  public void rejudge() {
    // Each query is judged when it comes, and again before its answer goes out.
  }

  @Override
  public void finish() {
    finishing = true;
  }

  @Override
  public void drain() {
    ending = true;
    closeIfDone();
  }

  @Override
  public void tick(long nowNanos) {
    TcpUpstream server = upstream;
    if (server != null && server.isQuietSince(nowNanos - relay.settings().tryTimeout().toNanos())) {
      // Handed back, its queries are sent on a new one or have had their two tries.
      server.reset();
    }
    // An answer that is due begins the quiet anew: the next query may come right behind it.
    if (finishing && waiting == 0 && keptBytes() == 0 && nowNanos - quietSinceNanos > QUIET_NANOS) {
      drain();
    }
  }
}
