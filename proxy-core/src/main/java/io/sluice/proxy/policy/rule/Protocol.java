package io.sluice.proxy.policy.rule;

/** What a packet carries, as far as rules tell it apart. */
public enum Protocol {
  /** TCP. */
  TCP(6),
  /** UDP. */
  UDP(17),
  /** SCTP. */
  SCTP(132),
  /** ICMP for IPv4; its type is the port. */
  ICMP(1),
  /** ICMP for IPv6; its type is the port. */
  ICMPV6(58),
  /** Any other protocol: it has no ports, and only a rule for every protocol allows it. */
  OTHER(255);

  private final int number;

  Protocol(int number) {
    this.number = number;
  }

  /** The one that packets with this number in their IP header carry. */
  public static Protocol of(int number) {
    return switch (number) {
      case 1 -> ICMP;
      case 6 -> TCP;
      case 17 -> UDP;
      case 58 -> ICMPV6;
      case 132 -> SCTP;
      default -> OTHER;
    };
  }

  /** The number in the header of an IP packet; 255, which is reserved, for {@link #OTHER}. */
  public int number() {
    return number;
  }

  /** Whether a port of it is an ICMP type. */
  public boolean isIcmp() {
    return this == ICMP || this == ICMPV6;
  }
}
