package io.sluice.dns.listen;

import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.socket.DatagramPacket;
import io.netty.channel.socket.SocketProtocolFamily;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.sluice.dns.relay.DnsOutcome;
import io.sluice.dns.relay.DnsRelay;
import io.sluice.dns.relay.GivenCode;
import io.sluice.dns.relay.ReceiveBuffer;
import io.sluice.dns.relay.UdpSockets;
import io.sluice.dns.relay.UdpTunnels;
import io.sluice.dns.relay.UdpUpstreams;
import io.sluice.proxy.policy.CurrentPolicy;
import io.sluice.proxy.policy.PeerPolicy;
import io.sluice.proxy.policy.Permit;
import io.sluice.proxy.policy.rule.Protocol;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Receives queries over UDP on one thread of its own and hands them to the relay, each with the
 * endpoint that sent it; what no endpoint of this node sent is dropped.
 *
 * <p>On epoll, also where other traffic is on io_uring: Netty's datagram channels tell the original
 * destination only there.
 */
public final class UdpFront implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(UdpFront.class);

  /** Longer ones come in fragments, which are not steered; others are cut, and can't be read. */
  private static final int MOST_QUERY_BYTES = 16_384;

  /** How many datagrams one system call takes in. */
  private static final int BATCH = 8;

  /** How many datagrams of one socket may wait for the thread that handles them. */
  private static final int MOST_HANDED_OVER = 1_024;

  private final UdpSockets sockets;
  private final CurrentPolicy policy;
  private final DnsRelay relay;
  private final EventLoopGroup loops;
  private final ReceiveBuffer received = new ReceiveBuffer(BATCH * MOST_QUERY_BYTES, 1);
  private final UdpUpstreams upstreams;
  private final UdpTunnels tunnels;
  private final AnswerSockets answers;
  private final List<Ipv6Receiver> receivers = new CopyOnWriteArrayList<>();
  private final List<EpollDatagramChannel> bound = new CopyOnWriteArrayList<>();

  /**
   * Makes one that does not listen yet.
   *
   * @param sockets steered or plain ones
   * @param policy asked for each query
   * @param relay judges and forwards
   */
  public UdpFront(UdpSockets sockets, CurrentPolicy policy, DnsRelay relay) {
    this.sockets = sockets;
    this.policy = policy;
    this.relay = relay;
    this.loops =
        new MultiThreadIoEventLoopGroup(
            1, new DefaultThreadFactory("sluice-dns"), EpollIoHandler.newFactory());
    this.upstreams = new UdpUpstreams(loops.next(), sockets, relay.settings());
    this.tunnels = new UdpTunnels(loops.next(), sockets, relay);
    this.answers = new AnswerSockets(loops.next(), sockets);
  }

  /**
   * Binds one socket; its descriptor is for the datapath.
   *
   * @throws IOException if the address is not to be had, or the process may not set the options
   */
  public BoundUdp bind(InetSocketAddress address) throws IOException {
    boolean ipv6 = address.getAddress() instanceof Inet6Address;
    EpollDatagramChannel channel =
        new EpollDatagramChannel(ipv6 ? SocketProtocolFamily.INET6 : SocketProtocolFamily.INET);
    try {
      channel
          .config()
          .setRecvByteBufAllocator(received)
          .setOption(EpollChannelOption.MAX_DATAGRAM_PAYLOAD_SIZE, MOST_QUERY_BYTES);
      boolean toldByNetty = sockets.receiving(channel, ipv6);
      channel.config().setAutoRead(toldByNetty);
      channel.pipeline().addLast(new Entrance(channel));
      loops.register(channel).syncUninterruptibly();
      channel.bind(address).syncUninterruptibly();
      bound.add(channel);
      if (!toldByNetty) {
        receive(channel);
      }
      return new BoundUdp(channel.fd().intValue(), channel.localAddress());
    } catch (Exception cause) {
      channel.close();
      throw new IOException(
          "can't receive queries on " + address + ": " + cause.getMessage(), cause);
    }
  }

  /** Hands over what Netty can't read, and drops what comes faster than it is handled. */
  private void receive(EpollDatagramChannel channel) {
    Semaphore room = new Semaphore(MOST_HANDED_OVER);
    receivers.add(
        new Ipv6Receiver(
            channel.fd().intValue(),
            MOST_QUERY_BYTES,
            (message, client, server) -> {
              if (room.tryAcquire()) {
                channel
                    .eventLoop()
                    .execute(
                        () -> {
                          room.release();
                          received(channel, message, client, server);
                        });
              } else {
                count(DnsOutcome.OVERLOAD);
              }
            }));
  }

  private void received(
      EpollDatagramChannel channel,
      byte[] message,
      InetSocketAddress sender,
      InetSocketAddress server) {
    UdpClient client =
        UdpClient.of(policy, sender, server, upstreams, answers.from(channel), channel.eventLoop());
    if (client == null) {
      count(DnsOutcome.STRANGER);
      return;
    }
    PeerPolicy judging = client.policy();
    Permit permit = judging.connection().permit();
    if (permit != null && judging.auditOnly()) {
      tunnels.forward(message, client, permit);
    } else {
      relay.received(message, client);
    }
  }

  /** Of a datagram that meets silence. */
  private void count(DnsOutcome outcome) {
    relay.counters().count(outcome, Protocol.UDP, GivenCode.NONE);
  }

  @Override
  public void close() {
    receivers.forEach(Ipv6Receiver::close);
    bound.forEach(channel -> channel.close().syncUninterruptibly());
    loops
        .submit(
            () -> {
              upstreams.close();
              tunnels.close();
              answers.close();
              received.close();
            })
        .awaitUninterruptibly();
    loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).awaitUninterruptibly();
  }

  private final class Entrance extends SimpleChannelInboundHandler<DatagramPacket> {
    private final EpollDatagramChannel channel;

    Entrance(EpollDatagramChannel channel) {
      this.channel = channel;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, DatagramPacket packet) {
      InetSocketAddress server = sockets.destination(packet);
      if (server == null) {
        count(DnsOutcome.STRANGER);
        return;
      }
      received(channel, ByteBufUtil.getBytes(packet.content()), packet.sender(), server);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      // One datagram's fault must not end the socket of all.
      LOG.warn("a datagram could not be handled", cause);
    }
  }
}
