package io.sluice.proxy.relay;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.sluice.proxy.policy.Permit;
import io.sluice.proxy.spi.Connection;
import io.sluice.proxy.spi.FilterHandler;
import io.sluice.proxy.spi.Tunnel;

/**
 * Carries a connection that needs no parsing, such as one whose policy was changed to that while
 * the kernel still steered it. The connection itself ends it when the policy no longer says so.
 */
public final class RelayHandler extends FilterHandler {
  private final Tunnel tunnel;

  /**
   * Makes one and opens its upstream.
   *
   * @param connection the connection
   * @param permit what it rests on
   */
  public RelayHandler(Connection connection, Permit permit) {
    this.tunnel = new ByteTunnel(connection, permit);
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object bytes) {
    tunnel.clientSent((ByteBuf) bytes);
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    tunnel.clientWritabilityChanged();
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof ChannelInputShutdownEvent) {
      tunnel.clientEnded();
    }
  }

  @Override
  public void rejudge() {
    // Whether it may go on is the same question for every byte; the connection has asked it.
  }

  @Override
  public void finish() {
    // Nothing can be said in bytes that nobody reads.
  }

  @Override
  public void drain() {
    // Bytes have no request whose end could be awaited: it goes on until the agent's patience ends.
  }

  @Override
  public void tick(long nowNanos) {
    // No deadline but the connection's own.
  }
}
