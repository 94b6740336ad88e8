package io.sluice.proxy.observe;

import io.sluice.proxy.policy.Direction;
import io.sluice.proxy.policy.Endpoint;
import io.sluice.proxy.policy.Peer;
import io.sluice.proxy.policy.rule.RuleOrigin;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/**
 * The record of the kernel's verdict on a packet that the proxy never saw: the first of a
 * connection that is allowed past the proxy, or one that is refused.
 *
 * @param timeNanos wall clock, nanoseconds since the epoch
 * @param direction by whose rules the packet was judged: those for what enters the endpoint or for
 *     what leaves it
 * @param endpoint the local endpoint whose policy decided
 * @param peer the other side
 * @param protocol the number in the IP header; 0 if the packet could not be parsed
 * @param source address that it says to come from; unspecified if it could not be parsed
 * @param sourcePort 0 where the protocol has none
 * @param destination address that it was for; unspecified if it could not be parsed
 * @param destinationPort of ICMP and ICMPv6 the type
 * @param opens whether it says that it opens a connection
 * @param reply whether it goes the other way than its connection was opened
 * @param verdict what became of it
 * @param dropReason why it was dropped; null if it was not
 * @param allowedWithoutAudit of a dropped packet: whether it would pass if nothing were audited
 * @param rule the rule that decided, of {@link Verdict#AUDIT} the one that would have refused it;
 *     {@link RuleOrigin#NONE} where simply nothing allows it
 */
public record PacketFlow(
    long timeNanos,
    Direction direction,
    Endpoint endpoint,
    Peer peer,
    int protocol,
    InetAddress source,
    int sourcePort,
    InetAddress destination,
    int destinationPort,
    boolean opens,
    boolean reply,
    Verdict verdict,
    @Nullable DropReason dropReason,
    boolean allowedWithoutAudit,
    RuleOrigin rule) {

  /** What became of a packet; named as Hubble names it. */
  public enum Verdict {
    /** It passed. */
    FORWARDED,
    /** It did not pass. */
    DROPPED,
    /** It passed, though the audited policies would refuse it. */
    AUDIT
  }

  /** Why a packet was dropped; named and numbered as Hubble does. */
  public enum DropReason {
    /** Nothing allows it. */
    POLICY_DENIED(133, "no rule allows this peer"),
    /** A rule denies it. */
    POLICY_DENY(181, "a deny rule matches"),
    /** It says to come from an address that is not its sender's. */
    INVALID_SOURCE_IP(132, "the source address is not the sender's"),
    /** It can't be parsed. */
    INVALID_PACKET_DROPPED(134, "the packet can't be judged"),
    /** A fragment of a packet whose beginning did not pass. */
    FIRST_LOGICAL_DATAGRAM_FRAGMENT_NOT_FOUND(175, "a fragment without its first one"),
    /** It is for the proxy, and none listens. */
    SOCKET_LOOKUP_FAILED(178, "the rules of the port need the proxy, which is not there"),
    /** It is for the proxy, which can't take it. */
    PROXY_REDIRECTION_NOT_SUPPORTED_FOR_PROTOCOL(
        180, "the rules of the port need the proxy, which can't take such a packet");

    private final int number;
    private final String explanation;

    DropReason(int number, String explanation) {
      this.number = number;
      this.explanation = explanation;
    }

    int number() {
      return number;
    }

    String explanation() {
      return explanation;
    }
  }
}
