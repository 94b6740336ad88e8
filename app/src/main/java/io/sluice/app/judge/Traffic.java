package io.sluice.app.judge;

import io.sluice.xds.world.Policy.Protocol;
import java.util.Locale;

/**
 * The protocol of a question and its port.
 *
 * @param protocol TCP, UDP, SCTP, ICMP or ICMPV6
 * @param port 1..65535 as the policy sees it, after the translation of services; of ICMP the type,
 *     0..255
 */
public record Traffic(Protocol protocol, int port) {
  private static final int LAST_PORT = 65_535;
  private static final int LAST_ICMP_TYPE = 255;

  /**
   * Reads {@code 80/TCP}.
   *
   * @throws IllegalArgumentException if it is not of that form; the message says what is
   */
  public static Traffic port(String text) {
    int slash = text.indexOf('/');
    int port = number(slash < 0 ? "" : text.substring(0, slash), LAST_PORT);
    Protocol protocol =
        switch (text.substring(slash + 1).toUpperCase(Locale.ROOT)) {
          case "TCP" -> Protocol.TCP;
          case "UDP" -> Protocol.UDP;
          case "SCTP" -> Protocol.SCTP;
          default -> Protocol.ANY;
        };
    if (port < 1 || protocol == Protocol.ANY) {
      throw new IllegalArgumentException(
          "expected a port from 1 to 65535 and TCP, UDP or SCTP, such as 80/TCP, found \""
              + text
              + "\"");
    }
    return new Traffic(protocol, port);
  }

  /**
   * Reads an ICMP message.
   *
   * @param family {@code IPv4} or {@code IPv6}
   * @param type 0..255
   * @throws IllegalArgumentException if it is not of that form; the message says what is
   */
  public static Traffic icmp(String family, String type) {
    int number = number(type, LAST_ICMP_TYPE);
    boolean known = family.equals("IPv4") || family.equals("IPv6");
    if (!known || number < 0) {
      throw new IllegalArgumentException(
          "expected the family IPv4 or IPv6 and a type from 0 to 255, found \""
              + family
              + "\" and \""
              + type
              + "\"");
    }
    return new Traffic(family.equals("IPv4") ? Protocol.ICMP : Protocol.ICMPV6, number);
  }

  /** The protocol in the words of the compiled policy. */
  io.sluice.proxy.policy.rule.Protocol carrier() {
    return switch (protocol) {
      case TCP -> io.sluice.proxy.policy.rule.Protocol.TCP;
      case UDP -> io.sluice.proxy.policy.rule.Protocol.UDP;
      case SCTP -> io.sluice.proxy.policy.rule.Protocol.SCTP;
      case ICMP -> io.sluice.proxy.policy.rule.Protocol.ICMP;
      case ICMPV6 -> io.sluice.proxy.policy.rule.Protocol.ICMPV6;
      case ANY -> io.sluice.proxy.policy.rule.Protocol.OTHER;
    };
  }

  /** Whether it is ICMP of either family. */
  public boolean icmp() {
    return protocol == Protocol.ICMP || protocol == Protocol.ICMPV6;
  }

  /** A whole number in plain decimal notation, or -1. */
  static int number(String text, int most) {
    if (!text.matches("0|[1-9][0-9]{0,8}")) {
      return -1;
    }
    int number = Integer.parseInt(text);
    return number <= most ? number : -1;
  }

  @Override
  public String toString() {
    return switch (protocol) {
      case ICMP -> "ICMP type " + port;
      case ICMPV6 -> "ICMPv6 type " + port;
      default -> port + "/" + protocol;
    };
  }
}
