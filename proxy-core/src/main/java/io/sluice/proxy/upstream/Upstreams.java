package io.sluice.proxy.upstream;

import io.netty.channel.ChannelException;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.SocketChannel;
import io.sluice.proxy.policy.Direction;
import io.sluice.proxy.policy.Permit;
import io.sluice.proxy.spi.Buffers;
import io.sluice.proxy.spi.SteeringSockets;
import io.sluice.proxy.spi.Upstream;
import io.sluice.proxy.spi.UpstreamEvents;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Supplier;

/**
 * The only way out of the proxy: opens connections to original destinations, from the client's own
 * address, marked so that the kernel does not steer them again. Never reused for another client.
 */
public final class Upstreams {
  private final Supplier<SocketChannel> channels;
  private final SteeringSockets sockets;
  private final Buffers buffers;
  private final int connectTimeoutMillis;

  /**
   * Makes one that serves all connections.
   *
   * @param channels makes unconnected channels of the event loops' kind
   * @param sockets marks and transparency of the sockets
   * @param buffers the memory of the channels
   * @param connectTimeout time to reach a destination
   */
  public Upstreams(
      Supplier<SocketChannel> channels,
      SteeringSockets sockets,
      Buffers buffers,
      Duration connectTimeout) {
    this.channels = channels;
    this.sockets = sockets;
    this.buffers = buffers;
    this.connectTimeoutMillis = Math.toIntExact(connectTimeout.toMillis());
  }

  /**
   * Starts to connect.
   *
   * @param permit the proof that something may be sent there
   * @param loop the client's event loop: both channels live on it
   * @param direction the enforced side; chooses the mark
   * @param client whose address the connection comes from
   * @param destination where to
   * @param holder the connection it belongs to
   * @param events told what happens, also where no socket could be had
   */
  public Upstream open(
      Permit permit,
      EventLoop loop,
      Direction direction,
      InetSocketAddress client,
      InetSocketAddress destination,
      UpstreamHolder holder,
      UpstreamEvents events) {
    Objects.requireNonNull(permit, "no permit, no upstream");
    SocketChannel channel;
    try {
      channel = channels.get();
    } catch (ChannelException noDescriptor) {
      return new NoUpstream(loop, holder, events);
    }
    UpstreamConnection upstream = new UpstreamConnection(channel, holder, events);
    holder.upstreamOpened(upstream);
    channel.pipeline().addLast(upstream);
    loop.register(channel);
    try {
      buffers.applyTo(channel.config());
      channel.config().setConnectTimeoutMillis(connectTimeoutMillis);
      channel.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
      channel.config().setOption(ChannelOption.TCP_NODELAY, true);
      sockets.applyToUpstream(channel.config(), direction);
      channel
          .connect(destination, new InetSocketAddress(client.getAddress(), 0))
          .addListener(connected -> upstream.connected(connected.cause()));
    } catch (RuntimeException refusedOption) {
      upstream.fail(refusedOption);
    }
    return upstream;
  }
}
