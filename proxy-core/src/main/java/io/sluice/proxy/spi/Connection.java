package io.sluice.proxy.spi;

import io.netty.channel.socket.SocketChannel;
import io.sluice.proxy.policy.PeerPolicy;
import io.sluice.proxy.policy.Permit;

/** One steered connection: its facts, its current policy, and the way on. */
public interface Connection extends FlowEnds {

  /** The client's channel. */
  SocketChannel downstream();

  /** The policy of this peer in the snapshot in force now: ask anew for each request. */
  PeerPolicy policy();

  /**
   * Opens a connection to the original destination that keeps the client's address. It ends with
   * this one: in order when the client's channel is closed, by a reset when that is reset.
   *
   * @param permit the proof that something may be sent there
   * @param events told, on this connection's event loop, what happens to it
   * @return the upstream at once; what is written before it is connected is kept in order
   */
  Upstream openUpstream(Permit permit, UpstreamEvents events);

  /**
   * Makes what carries bytes between the client and an upstream without looking at them.
   *
   * @param permit the proof that they may be sent there
   * @param upstream one that this connection opened; its later events go to the tunnel
   */
  Tunnel tunnel(Permit permit, Upstream upstream);

  /** Ends the connection with a reset, and every upstream that it opened. */
  void reset();

  /** Where verdicts are recorded. */
  FlowSink flows();

  /** The bounds that are in force. */
  Limits limits();
}
