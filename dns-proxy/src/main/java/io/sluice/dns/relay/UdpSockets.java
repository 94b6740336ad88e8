package io.sluice.dns.relay;

import io.netty.channel.ChannelException;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.socket.DatagramPacket;
import io.netty.channel.socket.SocketProtocolFamily;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * What differs between datagrams that the kernel steered here and those on ordinary sockets of this
 * machine. Everything else is the same code.
 */
public interface UdpSockets {

  /**
   * Prepares a socket that receives queries, before it is bound.
   *
   * @return whether {@link #destination} can tell; if not, the socket is of IPv6 and tells original
   *     destinations to whoever reads them
   * @throws ChannelException if the process may not
   */
  boolean receiving(EpollDatagramChannel channel, boolean ipv6);

  /** Where the client meant to send a datagram; null if nobody steered it here. */
  @Nullable InetSocketAddress destination(DatagramPacket query);

  /**
   * Prepares a socket that sends answers from an address that is another machine's, before it is
   * bound.
   *
   * @return false if answers leave by the socket that received the query
   * @throws ChannelException if the process may not
   */
  boolean answering(EpollDatagramChannel channel);

  /**
   * Prepares a socket towards a server, before it is bound to the client's address.
   *
   * @throws ChannelException if the process may not
   */
  void asking(EpollDatagramChannel channel);

  /**
   * Makes a socket of an address's family that nothing has been done to.
   *
   * @throws ChannelException if there is no file descriptor left
   */
  static EpollDatagramChannel make(InetAddress address) {
    return new EpollDatagramChannel(
        address instanceof Inet4Address ? SocketProtocolFamily.INET : SocketProtocolFamily.INET6);
  }

  /** Closes a socket that has not become what it was made for, however far it came. */
  static void discard(EpollDatagramChannel channel) {
    if (channel.isRegistered()) {
      channel.close();
    } else {
      channel.unsafe().closeForcibly();
    }
  }
}
