package io.sluice.dns.relay;

import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelFuture;
import io.netty.channel.EventLoop;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.sluice.dns.codec.Message;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes sockets that are connected to servers. For one event loop. */
final class ServerSockets implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ServerSockets.class);

  private static final int MOST_AT_ONCE = 16;

  private final EventLoop loop;
  private final UdpSockets sockets;

  /**
   * Whatever the client can take has to fit. Answers are read as fast as queries, of which one call
   * takes in several: or they would pile up where there are more queries than we can handle, and
   * all of them come too late.
   */
  private final ReceiveBuffer received = new ReceiveBuffer(Message.MOST_BYTES, MOST_AT_ONCE);

  ServerSockets(EventLoop loop, UdpSockets sockets) {
    this.loop = loop;
    this.sockets = sockets;
  }

  /**
   * Makes one without a handler yet.
   *
   * @param from its own address, port 0 for any
   * @return null if it can't be had
   */
  @Nullable EpollDatagramChannel connect(InetSocketAddress from, InetSocketAddress server) {
    return connect(from, server, false);
  }

  /**
   * The same, from the node's own address if no port of a client's is left. For want of anything
   * else it is not: a client must not come to speak for the node by what it uses up.
   */
  @Nullable EpollDatagramChannel connectFromClientOrNode(
      InetAddress client, InetSocketAddress server) {
    return connect(new InetSocketAddress(client, 0), server, true);
  }

  private @Nullable EpollDatagramChannel connect(
      InetSocketAddress from, InetSocketAddress server, boolean orFromNode) {
    EpollDatagramChannel channel = null;
    try {
      channel = UdpSockets.make(server.getAddress());
      channel.config().setRecvByteBufAllocator(received);
      // One client's port may lead to several servers, each by a socket of its own.
      channel.config().setReuseAddress(from.getPort() != 0);
      sockets.asking(channel);
      // All of it happens at once, as this is the loop's own thread.
      check(channel, loop.register(channel));
      ChannelFuture bound = channel.bind(from);
      if (!orFromNode) {
        check(channel, bound);
      }
      check(channel, channel.connect(server));
      return channel;
    } catch (ChannelException cause) {
      LOG.debug("no socket towards a server", cause);
      if (channel != null) {
        UdpSockets.discard(channel);
      }
      return null;
    }
  }

  private static void check(Channel channel, ChannelFuture done) {
    if (!done.isSuccess()) {
      throw new ChannelException(channel + " could not be had", done.cause());
    }
  }

  /** Makes no more; those that were made are closed by whoever asked for them. */
  @Override
  public void close() {
    received.close();
  }
}
