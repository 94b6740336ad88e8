package io.sluice.http.relay;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.SocketChannel;
import java.util.concurrent.TimeUnit;

/** Writes to the client, and ends its connection: at once, or so that the last answer arrives. */
final class ClientSide {
  private static final long LINGER_NANOS = TimeUnit.SECONDS.toNanos(2);

  private final ChannelHandlerContext context;
  private final SocketChannel channel;
  private long lingeringSince;
  private boolean lingering;
  private boolean inputEnded;
  private boolean closed;

  ClientSide(ChannelHandlerContext context, SocketChannel channel) {
    this.context = context;
    this.channel = channel;
  }

  void write(ByteBuf bytes) {
    context.write(bytes, context.voidPromise());
  }

  void flush() {
    context.flush();
  }

  boolean isWritable() {
    return channel.isWritable();
  }

  void setReading(boolean on) {
    if (channel.isOpen() && channel.config().isAutoRead() != on) {
      channel.config().setAutoRead(on);
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
              if (inputEnded) {
                close();
              } else {
                lingering = true;
                lingeringSince = System.nanoTime();
                channel.shutdownOutput();
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

  /** Joins bytes that wait with those that came while reading was paused: one more read at most. */
  static ByteBuf join(ByteBuf first, ByteBuf second) {
    ByteBuf joined = first.alloc().buffer(first.readableBytes() + second.readableBytes());
    joined.writeBytes(first).writeBytes(second);
    first.release();
    second.release();
    return joined;
  }
}
