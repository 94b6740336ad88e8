package io.sluice.proxy.upstream;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ConnectTimeoutException;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.SocketChannel;
import io.sluice.proxy.policy.Permit;
import io.sluice.proxy.spi.Buffers;
import io.sluice.proxy.spi.TcpEnd;
import io.sluice.proxy.spi.Upstream;
import io.sluice.proxy.spi.UpstreamEvents;
import java.io.IOException;
import java.net.ConnectException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One connection to an original destination: the last handler before the server, and the face that
 * a filter writes to. Ends exactly once, with a reason.
 */
public final class UpstreamConnection extends ChannelInboundHandlerAdapter implements Upstream {
  /** Most bytes kept while connecting, for a writer that does not heed {@link #isWritable}. */
  private static final int MOST_BYTES_BEFORE_CONNECTED = 2 * 1024 * 1024;

  private final SocketChannel channel;
  private final UpstreamHolder holder;
  private final UpstreamEvents events;
  private boolean connected;
  private boolean inputEnded;
  private boolean outputEnded;
  private boolean unflushed;
  private boolean closing;
  private boolean closed;
  private int bytesBeforeConnected;
  private @Nullable String reason;

  UpstreamConnection(SocketChannel channel, UpstreamHolder holder, UpstreamEvents events) {
    this.channel = channel;
    this.holder = holder;
    this.events = events;
  }

  @Override
  public void write(Permit permit, ByteBuf bytes) {
    Objects.requireNonNull(permit, "no permit, no write");
    if (closing || outputEnded) {
      bytes.release();
      return;
    }
    holder.touched();
    if (!connected) {
      bytesBeforeConnected += bytes.readableBytes();
      if (bytesBeforeConnected > MOST_BYTES_BEFORE_CONNECTED) {
        bytes.release();
        end("too much was written before it was connected");
        return;
      }
    }
    channel.write(bytes, channel.voidPromise());
    unflushed = true;
    if (connected && !holder.inBatch()) {
      flushBatch();
    }
  }

  /** Sends what has been written in the batch that has ended. */
  public void flushBatch() {
    // Netty fails what is flushed before the channel is active; connected() flushes it.
    if (unflushed && connected) {
      unflushed = false;
      channel.flush();
    }
  }

  /** Whether it has bytes that the server has not taken yet. */
  public boolean keepsBytes() {
    return Buffers.keepsBytes(channel);
  }

  @Override
  public boolean isWritable() {
    return connected && channel.isWritable();
  }

  @Override
  public boolean isOpen() {
    return !closing && !inputEnded && !outputEnded && channel.isOpen();
  }

  @Override
  public void setReading(boolean on) {
    channel.config().setAutoRead(on);
  }

  @Override
  public void shutdownOutput() {
    if (outputEnded || closing) {
      return;
    }
    outputEnded = true;
    if (connected) {
      sendFin();
    }
  }

  @Override
  public void close() {
    if (closing) {
      return;
    }
    closing = true;
    because("closed");
    if (connected) {
      TcpEnd.close(channel);
    } else {
      channel.close();
    }
  }

  @Override
  public void reset() {
    end("closed");
  }

  /** The connection attempt has ended. */
  void connected(@Nullable Throwable failure) {
    if (failure != null) {
      fail(failure);
      return;
    }
    connected = true;
    unflushed = false;
    channel.flush();
    if (outputEnded) {
      sendFin();
    }
    tell(events::writabilityChanged);
  }

  /** Nothing more can come of it. */
  void fail(Throwable cause) {
    end(
        switch (cause) {
          case ConnectTimeoutException timeout -> "timeout";
          case ConnectException refused -> "refused";
          case IOException broken -> connected ? "reset" : "unreachable";
          default -> "unreachable";
        });
    if (!channel.isRegistered()) {
      finish();
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    holder.touched();
    ByteBuf bytes = (ByteBuf) message;
    if (closing) {
      bytes.release();
      return;
    }
    try {
      events.received(bytes);
    } catch (RuntimeException | StackOverflowError cause) {
      holder.fault(cause);
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    try {
      events.receivedAll();
    } catch (RuntimeException | StackOverflowError cause) {
      holder.fault(cause);
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    holder.touched();
    if (connected) {
      tell(events::writabilityChanged);
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof ChannelInputShutdownEvent && !inputEnded && !closing) {
      inputEnded = true;
      tell(events::ended);
      closeIfBothEnded();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    because("reset");
    finish();
  }

  @Override
  public void channelUnregistered(ChannelHandlerContext ctx) {
    // A channel that was never active ends without channelInactive.
    because("unreachable");
    finish();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (cause instanceof IOException) {
      end("reset");
    } else {
      holder.fault(cause);
      end("failed");
    }
  }

  private void sendFin() {
    TcpEnd.fin(channel, this::closeIfBothEnded);
  }

  private void closeIfBothEnded() {
    if (inputEnded && outputEnded) {
      close();
    }
  }

  private void end(String why) {
    because(why);
    closing = true;
    TcpEnd.reset(channel);
  }

  private void because(String why) {
    if (reason == null) {
      reason = why;
    }
  }

  private void finish() {
    if (closed) {
      return;
    }
    closed = true;
    closing = true;
    String why = reason == null ? "closed" : reason;
    tell(() -> events.closed(why));
    holder.upstreamClosed(this);
  }

  private void tell(Runnable event) {
    try {
      event.run();
    } catch (RuntimeException | StackOverflowError cause) {
      holder.fault(cause);
    }
  }
}
