package io.sluice.app.naive;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One element of a policy's list of rules for one direction.
 *
 * @param defaultDeny whether what no rule allows is dropped because this one exists
 * @param peers who is meant, any of them; none at all if empty
 * @param ports what is meant, any of them; null for all protocols and ports
 */
record Item(
    String policy,
    boolean ingress,
    boolean deny,
    boolean defaultDeny,
    List<Selection> peers,
    @Nullable List<Ports> ports) {

  /**
   * One protocol and range of ports with what is asked at L7.
   *
   * @param protocol one of TCP, UDP, SCTP, ICMP and ICMPv6
   * @param name of the port, or "" if it is numbers
   * @param first to {@code last}; 0 for all ports of the protocol
   * @param kind of the L7 rules: http, kafka, dns, grpc, tls (server names only) or ""
   */
  record Ports(
      String protocol,
      String name,
      int first,
      int last,
      String kind,
      List<Object> rules,
      List<Object> serverNames) {

    /** What makes two of them the same filter. */
    String key() {
      return protocol + " " + name + " " + first + "-" + last;
    }
  }
}
