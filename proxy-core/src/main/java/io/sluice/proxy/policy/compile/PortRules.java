package io.sluice.proxy.policy.compile;

import io.sluice.proxy.policy.rule.Protocol;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The rules of one entry of a resource.
 *
 * @param protocol what they are about; null for every protocol, then they cover all ports
 * @param first first port
 * @param last last port, inclusive
 * @param rules never empty
 */
record PortRules(@Nullable Protocol protocol, int first, int last, List<Rule> rules) {

  /** Whether it is about a protocol. */
  boolean covers(Protocol carrier) {
    return protocol == null || protocol == carrier;
  }

  /** Whether it is about a port of a protocol. */
  boolean covers(Protocol carrier, int port) {
    return covers(carrier) && first <= port && port <= last;
  }

  /** For people: {@code 80/TCP}, {@code 1000-2000/UDP}, {@code any port/SCTP}, {@code any port}. */
  String ports() {
    if (protocol == null) {
      return "any port";
    }
    if (protocol.isIcmp()) {
      return protocol + " type " + (first == last ? first : first + "-" + last);
    }
    String range =
        first == last ? String.valueOf(first) : first == 0 ? "any port" : first + "-" + last;
    return range + "/" + protocol;
  }
}
