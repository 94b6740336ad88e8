package io.sluice.proxy.pipeline;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.sluice.cilium.PortNetworkPolicyRule;
import io.sluice.proxy.policy.Permit;
import io.sluice.proxy.policy.rule.RuleCompiler;
import io.sluice.proxy.policy.rule.RuleMatcher;
import io.sluice.proxy.spi.Connection;
import io.sluice.proxy.spi.FilterHandler;
import io.sluice.proxy.spi.ProtocolFilter;
import io.sluice.proxy.spi.Tunnel;
import io.sluice.proxy.spi.Upstream;
import io.sluice.proxy.spi.UpstreamEvents;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** The smallest filter: opens its upstream at the first byte and passes everything on. */
final class PassThroughFilter implements ProtocolFilter {
  final Queue<String> closed = new ConcurrentLinkedQueue<>();
  final Queue<Connection> connections = new ConcurrentLinkedQueue<>();
  volatile boolean throwing;

  @Override
  public RuleCompiler rules() {
    return new RuleCompiler() {
      @Override
      public String protocol() {
        return "http";
      }

      @Override
      public boolean compiles(PortNetworkPolicyRule rule) {
        return false;
      }

      @Override
      public RuleMatcher<?> compile(List<PortNetworkPolicyRule> rules) {
        throw new UnsupportedOperationException();
      }
    };
  }

  @Override
  public FilterHandler handler(Connection connection) {
    connections.add(connection);
    return new PassThrough(connection);
  }

  private final class PassThrough extends FilterHandler implements UpstreamEvents {
    private final Connection connection;
    private Tunnel tunnel;

    PassThrough(Connection connection) {
      this.connection = connection;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      ByteBuf bytes = (ByteBuf) message;
      if (throwing) {
        bytes.release();
        throw new IllegalStateException("a bug, for the test");
      }
      if (tunnel == null) {
        Permit permit = (Permit) connection.policy().connection();
        Upstream upstream = connection.openUpstream(permit, this);
        tunnel = connection.tunnel(permit, upstream);
      }
      tunnel.clientSent(bytes);
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
      if (event instanceof ChannelInputShutdownEvent) {
        tunnel.clientEnded();
      }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
      tunnel.clientWritabilityChanged();
    }

    @Override
    public void received(ByteBuf bytes) {
      tunnel.received(bytes);
    }

    @Override
    public void receivedAll() {
      tunnel.receivedAll();
    }

    @Override
    public void ended() {
      tunnel.ended();
    }

    @Override
    public void writabilityChanged() {
      tunnel.writabilityChanged();
    }

    @Override
    public void closed(String reason) {
      closed.add(reason);
      tunnel.closed(reason);
    }

    @Override
    public void rejudge() {}

    @Override
    public void finish() {}

    @Override
    public void drain() {}

    @Override
    public void tick(long nowNanos) {}
  }
}
