package io.sluice.proxy.pipeline;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.SocketChannel;
import io.sluice.proxy.accept.Listener;
import io.sluice.proxy.spi.TcpEnd;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The first handler of a client's channel: sends it on its way before a byte is read, and ends it
 * whatever happens behind.
 */
final class DownstreamHandler extends ChannelInboundHandlerAdapter {
  private final ConnectionPath path;
  private final Listener listener;
  private @Nullable SteeredConnection connection;

  DownstreamHandler(ConnectionPath path, Listener listener) {
    this.path = path;
    this.listener = listener;
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    connection = path.enter((SocketChannel) ctx.channel(), listener);
    if (connection != null) {
      path.judge(connection);
    }
    ctx.fireChannelActive();
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (connection != null) {
      connection.batchBegins();
    }
    ctx.fireChannelRead(message);
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    ctx.fireChannelReadComplete();
    if (connection != null) {
      connection.batchEnds();
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    if (connection != null) {
      connection.touched();
    }
    ctx.fireChannelWritabilityChanged();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (connection != null && cause instanceof IOException) {
      // The client has reset it: so does the proxy towards the server.
      connection.reset();
    } else if (connection != null) {
      connection.fault(cause);
    } else {
      path.refusals().faulted("just accepted", cause);
      TcpEnd.reset(ctx.channel());
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    ctx.fireChannelInactive();
    if (connection != null) {
      connection.clientGone();
    }
  }
}
