package io.sluice.dns.listen;

import io.netty.channel.ChannelOption;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.socket.DatagramPacket;
import io.netty.channel.unix.IntegerUnixChannelOption;
import io.sluice.dns.relay.UdpSockets;
import io.sluice.proxy.policy.Direction;
import io.sluice.proxy.spi.SteeringSockets;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * Datagrams that the kernel hands to a transparent socket: each says where it was meant to go, and
 * its answer leaves from there.
 */
public final class SteeredUdp implements UdpSockets {
  /** linux/in6.h. Netty has no name for it, and does not read what it makes the kernel tell. */
  private static final ChannelOption<Integer> IPV6_RECVORIGDSTADDR =
      new IntegerUnixChannelOption("IPV6_RECVORIGDSTADDR", 41, 74);

  /** asm-generic/socket.h: like SO_RCVBUF, but for whoever may, above the machine's own limit. */
  private static final ChannelOption<Integer> SO_RCVBUFFORCE =
      new IntegerUnixChannelOption("SO_RCVBUFFORCE", 1, 33);

  /** Room for the queries of all pods while the thread that reads them does not run. */
  private static final int QUERIES_BYTES = 4 * 1024 * 1024;

  /** The same for the answers of one server to one pod. */
  private static final int ANSWERS_BYTES = 1024 * 1024;

  private final SteeringSockets marks;

  /** Makes it; needs {@code CAP_NET_ADMIN}. */
  public SteeredUdp(SteeringSockets marks) {
    this.marks = marks;
  }

  @Override
  public boolean receiving(EpollDatagramChannel channel, boolean ipv6) {
    marks.applyToDatagrams(channel.config());
    channel.config().setOption(SO_RCVBUFFORCE, QUERIES_BYTES);
    if (ipv6) {
      channel.config().setOption(IPV6_RECVORIGDSTADDR, 1);
    } else {
      channel.config().setOption(EpollChannelOption.IP_RECVORIGDSTADDR, true);
    }
    return !ipv6;
  }

  @Override
  public @Nullable InetSocketAddress destination(DatagramPacket query) {
    InetSocketAddress destination = query.recipient();
    // The listener is bound to loopback: what was sent there was not steered.
    return destination == null || destination.getAddress().isLoopbackAddress() ? null : destination;
  }

  @Override
  public boolean answering(EpollDatagramChannel channel) {
    marks.applyToDatagrams(channel.config());
    channel.config().setOption(ChannelOption.SO_REUSEADDR, true);
    return true;
  }

  @Override
  public void asking(EpollDatagramChannel channel) {
    marks.applyToUpstream(channel.config(), Direction.EGRESS);
    channel.config().setOption(SO_RCVBUFFORCE, ANSWERS_BYTES);
  }
}
