package io.sluice.proxy.spi;

import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelOption;
import io.netty.channel.unix.IntegerUnixChannelOption;
import io.sluice.proxy.policy.Direction;

/**
 * The socket options that keep steered connections and the proxy's own apart; setting one either
 * works or throws, so that no unmarked socket is ever used.
 *
 * @param transparent whether sockets may hold addresses of other machines ({@code IP_TRANSPARENT})
 * @param acceptedMark the mark of accepted sockets: answers to the client, never judged; 0 for none
 * @param ingressMark the mark of upstream sockets of ingress-enforced connections: pass the pod's
 *     own ingress check
 * @param egressMark the mark of upstream sockets of egress-enforced connections: not judged for
 *     egress again, but for the destination's ingress
 */
public record SteeringSockets(
    boolean transparent, int acceptedMark, int ingressMark, int egressMark) {

  private static final int DATAGRAM_MARK = 0x900;

  /** What the datapath expects; needs {@code CAP_NET_ADMIN}. */
  public static final SteeringSockets STEERED = new SteeringSockets(true, 0x800, 0xA00, 0xB00);

  /** Ordinary sockets, for clients and servers on addresses of this machine; needs nothing. */
  public static final SteeringSockets PLAIN = new SteeringSockets(false, 0, 0, 0);

  // linux/in.h, asm-generic/socket.h. By number because Netty's io_uring channels name fewer of
  // them than its epoll channels. At SOL_IP they hold for sockets of both families.
  private static final int SOL_IP = 0;
  private static final int SOL_SOCKET = 1;
  private static final ChannelOption<Integer> IP_TRANSPARENT =
      new IntegerUnixChannelOption("IP_TRANSPARENT", SOL_IP, 19);
  private static final ChannelOption<Integer> IP_BIND_ADDRESS_NO_PORT =
      new IntegerUnixChannelOption("IP_BIND_ADDRESS_NO_PORT", SOL_IP, 24);
  private static final ChannelOption<Integer> SO_MARK =
      new IntegerUnixChannelOption("SO_MARK", SOL_SOCKET, 36);

  /**
   * Prepares a listening socket before it is bound; accepted sockets inherit the mark.
   *
   * @throws ChannelException if the process may not
   */
  public void applyToListener(ChannelConfig listener) {
    apply(listener, acceptedMark);
  }

  /**
   * Prepares a socket of datagrams, egress-enforced, before it is bound: one that receives them, or
   * one that answers from the address that they were sent to.
   *
   * @throws ChannelException if the process may not
   */
  public void applyToDatagrams(ChannelConfig socket) {
    apply(socket, transparent ? DATAGRAM_MARK : 0);
  }

  /**
   * Prepares an upstream socket before it is bound to the client's address. The port is chosen when
   * it connects, so that only the whole 4-tuple must be unique, not the address and port.
   *
   * @throws ChannelException if the process may not
   */
  public void applyToUpstream(ChannelConfig upstream, Direction direction) {
    apply(upstream, direction == Direction.INGRESS ? ingressMark : egressMark);
    set(upstream, IP_BIND_ADDRESS_NO_PORT, 1);
  }

  private void apply(ChannelConfig channel, int mark) {
    if (transparent) {
      set(channel, IP_TRANSPARENT, 1);
    }
    if (mark != 0) {
      set(channel, SO_MARK, mark);
    }
  }

  private static void set(ChannelConfig channel, ChannelOption<Integer> option, int value) {
    if (!channel.setOption(option, value)) {
      throw new ChannelException("this kind of channel has no option " + option);
    }
  }
}
