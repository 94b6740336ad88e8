package io.sluice.bpf.steer;

/**
 * Says what becomes of one peer's traffic to a range of ports of one protocol, for an endpoint and
 * a direction. Where several entries match a packet, {@link Action#DENY} wins over {@link
 * Action#STEER}, that over {@link Action#STEER_OR_PASS} and that over {@link Action#ALLOW}, however
 * specific they are; where none does, the packet is refused in an enforced direction.
 *
 * <p>{@code audited} says that the audited policies alone would have it otherwise: an allowed
 * packet would be denied, a denied one allowed, and a steered one is steered for their sake only,
 * so that it passes where it can't be steered. Of several entries with the winning action, the most
 * specific one (an identity before {@link #ANY}, then fewer ports, then a protocol before {@link
 * #ANY_PROTOCOL}) gives the flag and the rule: one for an identity must hold what those for {@link
 * #ANY} say about the same ports.
 *
 * @param endpoint the {@link EndpointEntry#id()} it belongs to
 * @param egress true for what the pod opens, false for what is opened to it
 * @param identity the peer, or {@link #ANY}
 * @param protocol IANA's number, 1 to 255, or {@link #ANY_PROTOCOL}, which has all ports
 * @param firstPort first destination port, 0 to 65535; for ICMP and ICMPv6 the type
 * @param lastPort last destination port, inclusive; a protocol without ports has 0 to 65535
 * @param action what becomes of it
 * @param audited whether the audited policies alone would have it otherwise
 * @param rule what a report of this entry's verdict carries; 0 means none
 */
public record PolicyEntry(
    int endpoint,
    boolean egress,
    int identity,
    int protocol,
    int firstPort,
    int lastPort,
    Action action,
    boolean audited,
    int rule) {

  /** Stands for every identity. */
  public static final int ANY = 0;

  /** Stands for every protocol, those without ports included. */
  public static final int ANY_PROTOCOL = 0;

  /** IANA's numbers of the protocols that have ports, or types in their place. */
  public static final int ICMP = 1;

  public static final int TCP = 6;
  public static final int UDP = 17;
  public static final int ICMPV6 = 58;
  public static final int SCTP = 132;

  /** What becomes of a packet that opens something. */
  public enum Action {
    /** It passes. */
    ALLOW,
    /**
     * It is handed to the proxy; as long as none listens, it passes, and what was opened so is
     * steered or reset once there is one.
     */
    STEER_OR_PASS,
    /** It is handed to the proxy. */
    STEER,
    /** It is dropped because a rule says so, the node's own packets included. */
    DENY
  }

  public PolicyEntry {
    if (endpoint <= 0) {
      throw new IllegalArgumentException(
          "endpoint of a policy entry: " + endpoint + " (expected: > 0)");
    }
    if (protocol < 0 || protocol > 255) {
      throw new IllegalArgumentException(
          "protocol of a policy entry: " + protocol + " (expected: 0 to 255)");
    }
    if (firstPort < 0 || lastPort > 65535 || firstPort > lastPort) {
      throw new IllegalArgumentException(
          "ports of a policy entry: "
              + firstPort
              + "-"
              + lastPort
              + " (expected: 0 <= first <= last <= 65535)");
    }
    if (protocol == ANY_PROTOCOL && (firstPort != 0 || lastPort != 65535)) {
      throw new IllegalArgumentException(
          "ports of a policy entry for any protocol: "
              + firstPort
              + "-"
              + lastPort
              + " (expected: 0-65535)");
    }
  }

  /** An entry that names no rule and that no audit is about. */
  public static PolicyEntry of(
      int endpoint,
      boolean egress,
      int identity,
      int protocol,
      int firstPort,
      int lastPort,
      Action action) {
    return new PolicyEntry(
        endpoint, egress, identity, protocol, firstPort, lastPort, action, false, 0);
  }
}
