package io.sluice.proxy.spi;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.sluice.proxy.policy.Permit;
import org.jspecify.annotations.Nullable;

/**
 * Carries a connection whose requests only audited policies want to see: every byte goes on at once
 * and as it came, both ways, whatever it is; an {@link Onlooker} reads along.
 */
public final class AuditHandler extends FilterHandler implements UpstreamEvents {
  private final Connection connection;
  private final Onlooker reader;
  private @Nullable Tunnel tunnel;

  /**
   * Makes the handler of one connection.
   *
   * @param connection whose bytes it gets
   * @param reader gets them too
   */
  public AuditHandler(Connection connection, Onlooker reader) {
    this.connection = connection;
    this.reader = reader;
  }

  // At once: the protocol may be one whose server speaks first.
  @Override
  public void handlerAdded(ChannelHandlerContext context) {
    Permit permit = connection.policy().connection().permit();
    if (permit == null) {
      connection.reset(); // the policy changed while the connection was on its way here
      return;
    }
    connection.downstream().config().setAutoRead(false); // until there is somewhere to put bytes
    Upstream upstream = connection.openUpstream(permit, this);
    tunnel = connection.tunnel(permit, upstream);
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext context) {
    reader.stop();
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    ByteBuf bytes = (ByteBuf) message;
    Tunnel open = tunnel;
    if (open == null || !connection.policy().passesUnread()) {
      bytes.release();
      connection.reset(); // the policy has changed, and nobody has judged these bytes
      return;
    }
    reader.clientSent(bytes.duplicate());
    open.clientSent(bytes);
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext context) {
    if (tunnel != null) {
      tunnel.clientWritabilityChanged();
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    if (event instanceof ChannelInputShutdownEvent && tunnel != null) {
      tunnel.clientEnded();
    }
    context.fireUserEventTriggered(event);
  }

  @Override
  public void received(ByteBuf bytes) {
    if (tunnel == null) {
      bytes.release();
      return;
    }
    reader.serverSent(bytes.duplicate());
    tunnel.received(bytes);
  }

  @Override
  public void receivedAll() {
    if (tunnel != null) {
      tunnel.receivedAll();
    }
  }

  @Override
  public void ended() {
    reader.serverEnded();
    if (tunnel != null) {
      tunnel.ended();
    }
  }

  @Override
  public void writabilityChanged() {
    if (tunnel != null) {
      tunnel.writabilityChanged();
    }
  }

  @Override
  public void closed(String reason) {
    if (tunnel == null) {
      connection.reset();
    } else {
      tunnel.closed(reason);
    }
  }

  @Override
  public void rejudge() {
    // No byte depends on it; the connection itself ends when requests are to be refused from now
    // on.
  }

  @Override
  public void finish() {
    // As with every tunnel: nothing can be said in it.
  }

  @Override
  public void drain() {
    // As with every tunnel: it goes on until the agent's patience ends.
  }

  @Override
  public void tick(long nowNanos) {
    // No deadline but the connection's own.
  }
}
