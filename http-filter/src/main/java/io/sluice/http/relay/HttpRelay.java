package io.sluice.http.relay;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.sluice.proxy.spi.Connection;
import io.sluice.proxy.spi.FilterHandler;
import org.jspecify.annotations.Nullable;

/**
 * Hands what happens on the client's channel to the {@link Conversation}; a fault ends both sides.
 */
public final class HttpRelay extends FilterHandler {
  private final Connection connection;
  private final HeadMemory memory;
  private @Nullable Conversation conversation;

  /**
   * Makes the handler of one connection; it reads nothing before it is added to a pipeline.
   *
   * @param connection whose bytes it gets
   * @param memory what the heads of all connections may take
   */
  public HttpRelay(Connection connection, HeadMemory memory) {
    this.connection = connection;
    this.memory = memory;
  }

  private Conversation conversation() {
    Conversation current = conversation;
    if (current == null) {
      throw new IllegalStateException("not added to a pipeline yet");
    }
    return current;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext context) {
    conversation = new Conversation(connection, context, memory.share());
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext context) {
    conversation().release();
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    conversation().received((ByteBuf) message);
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext context) {
    conversation().writabilityChanged();
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    if (event instanceof ChannelInputShutdownEvent) {
      conversation().inputEnded();
    }
    context.fireUserEventTriggered(event);
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    conversation().gone();
    context.fireChannelInactive();
  }

  @Override
  public int keptBytes() {
    return conversation().keptBytes();
  }

  @Override
  public void rejudge() {
    conversation().rejudge();
  }

  @Override
  public void finish() {
    conversation().finish();
  }

  @Override
  public void drain() {
    conversation().drain();
  }

  @Override
  public void tick(long nowNanos) {
    conversation().tick(nowNanos);
  }
}
