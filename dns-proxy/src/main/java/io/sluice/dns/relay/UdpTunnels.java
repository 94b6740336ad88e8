package io.sluice.dns.relay;

import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.EventLoop;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.socket.DatagramPacket;
import io.sluice.proxy.policy.Permit;
import java.net.InetSocketAddress;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Carries the datagrams of clients that only audited policies want to see: each goes on as it came,
 * whatever it is, from the very address and port of its client, and so does what the server sends.
 * For one event loop.
 */
public final class UdpTunnels {
  private static final long MOST_IDLE_NANOS = TimeUnit.MINUTES.toNanos(1);
  private static final long TICK_SECONDS = 5;

  private final DnsRelay relay;
  private final ServerSockets sockets;

  /** In the order in which they were last used. */
  private final LinkedHashMap<Way, Tunnel> open = new LinkedHashMap<>(16, 0.75f, true);

  private record Way(InetSocketAddress client, InetSocketAddress server) {}

  /** Makes one without any socket yet. */
  public UdpTunnels(EventLoop loop, UdpSockets sockets, DnsRelay relay) {
    this.relay = relay;
    this.sockets = new ServerSockets(loop, sockets);
    loop.scheduleWithFixedDelay(this::closeIdle, TICK_SECONDS, TICK_SECONDS, TimeUnit.SECONDS);
  }

  /**
   * Sends a datagram on.
   *
   * @param permit the proof that it may be
   */
  public void forward(byte[] message, Asker asker, Permit permit) {
    Way way = new Way(asker.ends().client(), asker.ends().destination());
    Tunnel tunnel = open.get(way);
    if (tunnel == null) {
      tunnel = make(way, asker);
      if (tunnel == null) {
        return;
      }
      open.put(way, tunnel);
    }
    tunnel.send(message, permit);
  }

  private @Nullable Tunnel make(Way way, Asker asker) {
    if (open.size() >= relay.settings().upstreams()) {
      Map.Entry<Way, Tunnel> oldest = open.pollFirstEntry();
      oldest.getValue().channel.close();
    }
    EpollDatagramChannel channel = sockets.connect(way.client, way.server);
    if (channel == null) {
      // Its port is taken on the node: the server sees another one.
      channel = sockets.connect(new InetSocketAddress(way.client.getAddress(), 0), way.server);
    }
    if (channel == null) {
      return null;
    }
    Tunnel tunnel = new Tunnel(channel, asker);
    channel.pipeline().addLast(tunnel);
    return tunnel;
  }

  private void closeIdle() {
    long now = System.nanoTime();
    for (Map.Entry<Way, Tunnel> each : List.copyOf(open.entrySet())) {
      if (now - each.getValue().usedNanos > MOST_IDLE_NANOS) {
        open.remove(each.getKey());
        each.getValue().channel.close();
      }
    }
  }

  /** Closes every socket. */
  public void close() {
    open.values().forEach(tunnel -> tunnel.channel.close());
    open.clear();
  }

  /** The datagrams between one client and one server. */
  private final class Tunnel extends SimpleChannelInboundHandler<DatagramPacket> {
    private final EpollDatagramChannel channel;
    private final Asker asker;
    private final Onlooking onlooking;
    private long usedNanos;

    Tunnel(EpollDatagramChannel channel, Asker asker) {
      this.channel = channel;
      this.asker = asker;
      this.onlooking = new Onlooking(relay, asker.ends(), asker::policy);
    }

    void send(byte[] message, Permit permit) {
      Objects.requireNonNull(permit, "permit");
      usedNanos = System.nanoTime();
      onlooking.asked(message);
      channel.writeAndFlush(Unpooled.wrappedBuffer(message), channel.voidPromise());
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, DatagramPacket packet) {
      if (!asker.policy().passesUnread()) {
        // From now on answers have to be judged.
        ctx.close();
        return;
      }
      usedNanos = System.nanoTime();
      byte[] message = ByteBufUtil.getBytes(packet.content());
      onlooking.answered(message);
      asker.answer(message);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
      open.values().remove(this);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      // An ICMP error: the client would not have been told either, the server may answer later.
    }
  }
}
