package io.sluice.dns.relay;

import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.EventLoop;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.socket.DatagramPacket;
import io.sluice.proxy.policy.Permit;
import io.sluice.proxy.policy.rule.Protocol;
import java.net.InetSocketAddress;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Carries the datagrams of clients that only audited policies want to see: each goes on as it came,
 * whatever it is, from the very address and port of its client, and so does what the server sends.
 * There is room for some; where it ends, the endpoint that has most of them loses its oldest, so
 * that nobody can take it from the others. For one event loop.
 */
public final class UdpTunnels {
  private static final long MOST_IDLE_NANOS = TimeUnit.MINUTES.toNanos(1);
  private static final long TICK_SECONDS = 5;

  private final DnsRelay relay;
  private final ServerSockets sockets;

  /** By the number of the endpoint; of each in the order in which they were last used. */
  private final Map<Long, LinkedHashMap<Way, Tunnel>> open = new HashMap<>();

  private int size;

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
    LinkedHashMap<Way, Tunnel> own = open.get(asker.ends().endpoint().id());
    Tunnel tunnel = own == null ? null : own.get(way);
    if (tunnel == null) {
      tunnel = make(way, asker);
    }
    if (tunnel != null) {
      tunnel.send(message, permit);
    } else {
      relay.counters().count(DnsOutcome.NO_SOCKET, Protocol.UDP, GivenCode.NONE);
    }
  }

  private @Nullable Tunnel make(Way way, Asker asker) {
    if (size >= relay.settings().upstreams()) {
      open.values().stream()
          .max(Comparator.comparingInt(Map::size))
          .ifPresent(most -> most.firstEntry().getValue().close());
    }
    EpollDatagramChannel channel = sockets.connect(way.client, way.server);
    if (channel == null) {
      // Its port is taken on the node: the server sees another one.
      channel = sockets.connect(new InetSocketAddress(way.client.getAddress(), 0), way.server);
    }
    if (channel == null) {
      return null;
    }
    Tunnel tunnel = new Tunnel(channel, way, asker);
    channel.pipeline().addLast(tunnel);
    open.computeIfAbsent(tunnel.endpoint, _ -> new LinkedHashMap<>(16, 0.75f, true))
        .put(way, tunnel);
    size++;
    return tunnel;
  }

  private void closeIdle() {
    long now = System.nanoTime();
    for (Tunnel each : all()) {
      if (now - each.usedNanos > MOST_IDLE_NANOS) {
        each.close();
      }
    }
  }

  private List<Tunnel> all() {
    return open.values().stream().flatMap(own -> own.values().stream()).toList();
  }

  /** Closes every socket. */
  public void close() {
    all().forEach(Tunnel::close);
    sockets.close();
  }

  /** The datagrams between one client and one server. */
  private final class Tunnel extends SimpleChannelInboundHandler<DatagramPacket> {
    private final EpollDatagramChannel channel;
    private final Way way;
    private final Asker asker;
    private final long endpoint;
    private final Onlooking onlooking;
    private long usedNanos;

    Tunnel(EpollDatagramChannel channel, Way way, Asker asker) {
      this.channel = channel;
      this.way = way;
      this.asker = asker;
      // It stays, whatever becomes of the endpoint.
      this.endpoint = asker.ends().endpoint().id();
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

    /** There is room for another one from here on. */
    void close() {
      LinkedHashMap<Way, Tunnel> own = open.get(endpoint);
      if (own != null && own.remove(way, this)) {
        size--;
        if (own.isEmpty()) {
          open.remove(endpoint);
        }
      }
      channel.close();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
      close();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      // An ICMP error: the client would not have been told either, the server may answer later.
    }
  }
}
