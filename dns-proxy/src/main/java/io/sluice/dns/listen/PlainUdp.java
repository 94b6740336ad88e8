package io.sluice.dns.listen;

import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.socket.DatagramPacket;
import io.sluice.dns.relay.UdpSockets;
import java.net.InetSocketAddress;

/**
 * Ordinary sockets on addresses of this machine, for tests and trials: it is as if every datagram
 * had been sent to one server and steered.
 *
 * @param server where clients mean to send
 */
public record PlainUdp(InetSocketAddress server) implements UdpSockets {

  @Override
  public boolean receiving(EpollDatagramChannel channel, boolean ipv6) {
    return true;
  }

  @Override
  public InetSocketAddress destination(DatagramPacket query) {
    return server;
  }

  @Override
  public boolean answering(EpollDatagramChannel channel) {
    return false;
  }

  @Override
  public void asking(EpollDatagramChannel channel) {
    // Needs nothing.
  }
}
