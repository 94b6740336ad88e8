package io.sluice.dns.listen;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.EventLoop;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.socket.DatagramPacket;
import io.sluice.dns.relay.UdpSockets;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends each answer from the very address that the client has asked: by one socket for each server
 * address, kept while it is used. For one event loop.
 */
final class AnswerSockets {
  private static final Logger LOG = LoggerFactory.getLogger(AnswerSockets.class);
  private static final int MOST = 512;

  private final EventLoop loop;
  private final UdpSockets sockets;

  /** In the order in which they were last used. */
  private final LinkedHashMap<InetSocketAddress, EpollDatagramChannel> open =
      new LinkedHashMap<>(16, 0.75f, true);

  /** Sends answers to the clients of one receiving socket. */
  @FunctionalInterface
  interface Sender {
    /** Sends one; forgotten if it can't be sent. */
    void send(byte[] message, InetSocketAddress server, InetSocketAddress client);
  }

  AnswerSockets(EventLoop loop, UdpSockets sockets) {
    this.loop = loop;
    this.sockets = sockets;
  }

  /** Answers to what a socket has received. */
  Sender from(EpollDatagramChannel received) {
    return (message, server, client) -> send(received, message, server, client);
  }

  private void send(
      EpollDatagramChannel received,
      byte[] message,
      InetSocketAddress server,
      InetSocketAddress client) {
    DatagramPacket packet = new DatagramPacket(Unpooled.wrappedBuffer(message), client);
    EpollDatagramChannel kept = open.get(server);
    if (kept != null) {
      kept.writeAndFlush(packet, kept.voidPromise());
      return;
    }
    EpollDatagramChannel made = null;
    try {
      made = UdpSockets.make(server.getAddress());
      if (!sockets.answering(made)) {
        made.unsafe().closeForcibly();
        received.writeAndFlush(packet, received.voidPromise());
        return;
      }
      made.config().setAutoRead(false);
      // All of it happens at once, as this is the loop's own thread.
      check(loop.register(made));
      check(made.bind(server));
      if (NetworkInterface.getByInetAddress(server.getAddress()) == null) {
        keep(server, made);
        made.writeAndFlush(packet, made.voidPromise());
      } else {
        // A server on the node itself: a socket bound beside its own would take its queries. A
        // connected one takes only what the client sends, and that is steered.
        check(made.connect(client));
        made.writeAndFlush(packet).addListener(ChannelFutureListener.CLOSE);
      }
    } catch (ChannelException | SocketException cause) {
      LOG.debug("no answer can be sent from {}", server, cause);
      packet.release();
      if (made != null) {
        UdpSockets.discard(made);
      }
    }
  }

  private void keep(InetSocketAddress server, EpollDatagramChannel channel) {
    if (open.size() == MOST) {
      Map.Entry<InetSocketAddress, EpollDatagramChannel> oldest = open.firstEntry();
      open.remove(oldest.getKey());
      oldest.getValue().close();
    }
    open.put(server, channel);
  }

  private static void check(ChannelFuture done) {
    if (!done.isSuccess()) {
      throw new ChannelException("an answering socket could not be had", done.cause());
    }
  }

  /** Closes every socket. */
  void close() {
    open.values().forEach(EpollDatagramChannel::close);
    open.clear();
  }
}
