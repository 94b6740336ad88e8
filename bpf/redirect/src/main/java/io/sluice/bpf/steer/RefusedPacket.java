package io.sluice.bpf.steer;

import java.net.InetAddress;
import java.time.Instant;

/**
 * A connection attempt that the kernel dropped; each retransmission of it is one more.
 *
 * @param time when it was dropped
 * @param endpoint the {@link EndpointEntry#id()} that it would have left or entered
 * @param egress true if it left the pod, false if it was about to enter it
 * @param source the address that sent it
 * @param sourcePort the port that sent it
 * @param destination the address that it was for
 * @param destinationPort the port that it was for
 * @param identity of the peer: the destination when {@code egress}, else the source
 * @param reason why it was dropped
 */
public record RefusedPacket(
    Instant time,
    int endpoint,
    boolean egress,
    InetAddress source,
    int sourcePort,
    InetAddress destination,
    int destinationPort,
    int identity,
    Reason reason) {

  /** Why a connection attempt was dropped. */
  public enum Reason {
    /** No policy entry allows it. */
    NOT_ALLOWED,
    /** It would have to be steered, and no proxy listens. */
    NO_PROXY
  }
}
