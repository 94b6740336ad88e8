package io.sluice.proxy.accept;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.unix.UnixChannel;
import io.sluice.proxy.policy.Direction;
import io.sluice.proxy.spi.Buffers;
import io.sluice.proxy.spi.SteeringSockets;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Binds the listeners and spreads what they accept over the event loops; reads no byte before the
 * handler it was given has decided.
 */
public final class Acceptor {
  private static final Logger log = LoggerFactory.getLogger(Acceptor.class);
  private static final int PAUSE_AFTER_FAILURE_SECONDS = 1;

  private final Transport transport;
  private final EventLoopGroup loops;
  private final SteeringSockets sockets;
  private final Buffers buffers;
  private final Function<Listener, ChannelHandler> entrance;
  private final List<Channel> bound = new CopyOnWriteArrayList<>();

  /**
   * Makes one that has no listener yet.
   *
   * @param transport the kind of channels that the loops drive
   * @param loops the event loops, shared by listeners and connections
   * @param sockets marks and transparency of the listening sockets
   * @param buffers the memory of the accepted channels
   * @param entrance makes the first handler of a channel that the listener has accepted
   */
  public Acceptor(
      Transport transport,
      EventLoopGroup loops,
      SteeringSockets sockets,
      Buffers buffers,
      Function<Listener, ChannelHandler> entrance) {
    this.transport = transport;
    this.loops = loops;
    this.sockets = sockets;
    this.buffers = buffers;
    this.entrance = entrance;
  }

  /**
   * Binds one listener. The socket does not share its port: the kernel program assigns connections
   * to exactly this socket.
   *
   * @throws IOException if the address is not to be had, or the process may not set the options
   */
  public Listener bind(
      Direction direction, StandardProtocolFamily family, InetSocketAddress address)
      throws IOException {
    ServerSocketChannel channel = transport.newListener();
    try {
      sockets.applyToListener(channel.config());
      // Accepts nothing before the handler that takes it is there.
      channel.config().setAutoRead(false);
      loops.register(channel).syncUninterruptibly();
      channel.bind(address).syncUninterruptibly();
      int fd = ((UnixChannel) channel).fd().intValue();
      Listener listener = new Listener(direction, family, fd, channel.localAddress());
      channel.pipeline().addLast(new Entrance(listener));
      channel.config().setAutoRead(true);
      bound.add(channel);
      return listener;
    } catch (Exception cause) {
      channel.close();
      throw new IOException(
          "can't listen on "
              + address
              + " ("
              + transport
              + "): "
              + cause.getMessage()
              + (sockets.transparent() ? "; transparent sockets need CAP_NET_ADMIN" : ""),
          cause);
    }
  }

  /** Closes the listeners; from then on the kernel drops what it would steer here. */
  public void close() {
    bound.forEach(channel -> channel.close().syncUninterruptibly());
  }

  /** Takes accepted channels from the listener's pipeline to a loop of their own. */
  private final class Entrance extends ChannelInboundHandlerAdapter {
    private final Listener listener;

    Entrance(Listener listener) {
      this.listener = listener;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object accepted) {
      Channel channel = (Channel) accepted;
      try {
        buffers.applyTo(channel.config());
        channel.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
        channel.config().setOption(ChannelOption.TCP_NODELAY, true);
        channel.pipeline().addLast(entrance.apply(listener));
        loops
            .register(channel)
            .addListener(
                registered -> {
                  if (!registered.isSuccess()) {
                    channel.unsafe().closeForcibly();
                  }
                });
      } catch (RuntimeException gone) {
        // A client that has already reset its connection makes setting options fail.
        log.debug("accepted connection ended before it began", gone);
        channel.unsafe().closeForcibly();
      }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      // Without a pause a process that has no file descriptor left would spin on accept().
      log.warn("accepting pauses for {} s: {}", PAUSE_AFTER_FAILURE_SECONDS, cause.toString());
      ctx.channel().config().setAutoRead(false);
      ctx.executor()
          .schedule(
              () -> ctx.channel().config().setAutoRead(true),
              PAUSE_AFTER_FAILURE_SECONDS,
              TimeUnit.SECONDS);
    }
  }
}
