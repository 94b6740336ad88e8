package io.sluice.proxy.spi;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;

/**
 * The enforcing end of a connection: receives every byte of the client, in order, as {@code
 * ByteBuf}s that it must release or pass on. All methods run on the connection's event loop.
 *
 * <p>It starts at {@code handlerAdded}: the channel is active by then. The client's FIN arrives as
 * {@link io.netty.channel.socket.ChannelInputShutdownEvent}; the channel stays open for answers. A
 * reset by the client never arrives, the connection has ended everything by then; {@code
 * channelInactive} does.
 */
public abstract class FilterHandler extends ChannelInboundHandlerAdapter {

  /**
   * The snapshot has changed: what is in progress and no longer allowed (a request, a tunnel) must
   * end now. Idle connections need nothing, the next request is judged by itself.
   */
  public abstract void rejudge();

  /**
   * New connections go to another process: say so with the next answer and close after it. What is
   * idle stays, for its client may be about to ask.
   */
  public abstract void finish();

  /** The agent is stopping: close as soon as no request is in progress. */
  public abstract void drain();

  /**
   * About how many of the client's bytes it keeps for later. When memory is scarce, connections
   * that keep bytes and don't move are reset.
   */
  public int keptBytes() {
    return 0;
  }

  /**
   * The clock, about four times a second: deadlines that have passed are acted on.
   *
   * @param nowNanos {@link System#nanoTime}
   */
  public abstract void tick(long nowNanos);

  /** A failure of the filter itself ends the connection: the pipeline's first handler resets it. */
  @Override
  public final void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    ctx.pipeline().fireExceptionCaught(cause);
  }
}
