package io.sluice.bpf.steer;

import java.net.InetAddress;
import java.time.Instant;

/**
 * A packet with the kernel's verdict on it: the first of a connection that is allowed, or any that
 * is refused.
 *
 * @param time when it was judged
 * @param endpoint the {@link EndpointEntry#id()} whose policy judged it
 * @param egress true if the connection is opened by the pod, false if it is opened to it
 * @param protocol IANA's number; 0 if it could not be parsed
 * @param source the address that sent it; {@code ::} if it could not be parsed
 * @param sourcePort the port that sent it; 0 where the protocol has none
 * @param destination the address that it was for; {@code ::} if it could not be parsed
 * @param destinationPort the port that it was for, or the type of ICMP and ICMPv6
 * @param identity of the peer; 0 if it did not matter
 * @param passed whether it passed
 * @param audited whether the audited policies alone would have it otherwise
 * @param rule the {@link PolicyEntry#rule()} of the entry that decided; 0 if none did
 * @param reason why it was refused, or why the audited policies would have refused it
 * @param opens whether it says that it opens a connection: a SYN of TCP, an INIT of SCTP
 * @param reply whether it goes the other way than its connection was opened
 */
public record JudgedPacket(
    Instant time,
    int endpoint,
    boolean egress,
    int protocol,
    InetAddress source,
    int sourcePort,
    InetAddress destination,
    int destinationPort,
    int identity,
    boolean passed,
    boolean audited,
    int rule,
    Reason reason,
    boolean opens,
    boolean reply) {

  /** Why a packet is refused; in the order of the numbers in the kernel. */
  public enum Reason {
    /** No policy entry allows it. */
    NOT_ALLOWED,
    /** A policy entry denies it. */
    DENY_RULE,
    /** It would have to be steered, and can't be: no proxy listens, or it opens no connection. */
    NO_PROXY,
    /** It can't be parsed. */
    NOT_PARSED,
    /** It says that it comes from somebody else. */
    SPOOFED,
    /** A fragment whose first one did not pass before. */
    FRAGMENT
  }
}
