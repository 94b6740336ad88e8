package io.sluice.proxy.spi;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.SocketChannel;

/** The ways in which one side of a TCP connection is told that it ends. */
public final class TcpEnd {
  private TcpEnd() {}

  /** Closes at once with a reset; what has not been sent is dropped. */
  public static void reset(Channel channel) {
    try {
      channel.config().setOption(ChannelOption.SO_LINGER, 0);
    } catch (ChannelException gone) {
      // The other side has closed it in the meantime.
    }
    channel.close();
  }

  /** Closes in order behind everything that has been written. */
  public static void close(Channel channel) {
    channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
  }

  /**
   * Sends FIN behind everything that has been written; the other direction stays open.
   *
   * @param sent called when it has been sent, not if the channel failed before
   */
  public static void fin(SocketChannel channel, Runnable sent) {
    // Not at once: Netty fails what is still waiting when the output is shut down.
    channel
        .writeAndFlush(Unpooled.EMPTY_BUFFER)
        .addListener(
            written -> {
              if (written.isSuccess()) {
                channel.shutdownOutput();
                sent.run();
              }
            });
  }
}
