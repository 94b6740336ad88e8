package io.sluice.http.relay;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.DuplexChannel;
import java.util.concurrent.TimeUnit;

/** Writes to the client, and ends its connection: at once, or so that the last answer arrives. */
final class ClientSide {
  private static final long LINGER_NANOS = TimeUnit.SECONDS.toNanos(2);

  private final ChannelHandlerContext context;
  private long lingeringSince;
  private boolean lingering;
  private boolean inputEnded;
  private boolean closed;

  ClientSide(ChannelHandlerContext context) {
    this.context = context;
  }

  void write(ByteBuf bytes) {
    context.write(bytes, context.voidPromise());
  }

  void flush() {
    context.flush();
  }

  boolean isWritable() {
    return context.channel().isWritable();
  }

  void setReading(boolean on) {
    if (context.channel().config().isAutoRead() != on) {
      context.channel().config().setAutoRead(on);
    }
  }

  boolean isClosed() {
    return closed;
  }

  /**
   * Sends FIN after what has been written. What still comes must be read and dropped until {@link
   * #close}: closing with unread bytes would reset the connection and could take the last answer
   * with it (RFC 9112 9.6).
   */
  void linger() {
    context
        .writeAndFlush(Unpooled.EMPTY_BUFFER)
        .addListener(
            _ -> {
              if (!inputEnded && context.channel() instanceof DuplexChannel duplex) {
                lingering = true;
                lingeringSince = System.nanoTime();
                duplex.shutdownOutput();
              } else {
                close();
              }
            });
    setReading(true);
  }

  /** The client has sent FIN: nothing is left to wait for once its last answer is on its way. */
  void inputEnded() {
    inputEnded = true;
    if (lingering) {
      close();
    }
  }

  /** Sends FIN after what has been written; reading goes on. */
  void shutdownOutput() {
    context
        .writeAndFlush(Unpooled.EMPTY_BUFFER)
        .addListener(
            _ -> {
              if (context.channel() instanceof DuplexChannel duplex) {
                duplex.shutdownOutput();
              }
            });
  }

  /** Ends a lingering connection whose client neither closes nor stops sending. */
  void tick(long nowNanos) {
    if (lingering && nowNanos - lingeringSince > LINGER_NANOS) {
      close();
    }
  }

  /** Closes after what has been written. */
  void close() {
    if (!closed) {
      closed = true;
      context.close();
    }
  }

  /** Resets: what has not been sent is lost, and the client knows that it was cut off. */
  void reset() {
    if (!closed) {
      closed = true;
      context.channel().config().setOption(ChannelOption.SO_LINGER, 0);
      context.close();
    }
  }
}
