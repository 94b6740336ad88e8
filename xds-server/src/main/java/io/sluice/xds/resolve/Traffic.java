package io.sluice.xds.resolve;

import io.sluice.xds.world.Policy;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/**
 * A range of ports of one protocol.
 *
 * @param protocol TCP, UDP, SCTP, ICMP or ICMPV6; null: every protocol, those without ports too
 * @param first the first port, 0..65535; of ICMP the type; 0 with {@code last} 0: every port
 * @param last the last port, inclusive
 */
public record Traffic(Policy.@Nullable Protocol protocol, int first, int last)
    implements Comparable<Traffic> {
  /** Every packet. */
  public static final Traffic ALL = new Traffic(null, 0, 0);

  private static final Comparator<Traffic> ORDER =
      Comparator.comparing(Traffic::protocol, Comparator.nullsFirst(Comparator.naturalOrder()))
          .thenComparingInt(Traffic::first)
          .thenComparingInt(Traffic::last);

  /** Whether there is a packet that both mean. */
  public boolean meets(Traffic other) {
    if (protocol == null || other.protocol == null) {
      return true;
    }
    return protocol == other.protocol
        && (everyPort() || other.everyPort() || (first <= other.last && other.first <= last));
  }

  /** Whether every packet that the other means is meant. */
  boolean covers(Traffic other) {
    return protocol == null
        || (protocol == other.protocol
            && (everyPort() || (!other.everyPort() && first <= other.first && other.last <= last)));
  }

  private boolean everyPort() {
    return first == 0
        && last == 0
        && protocol != Policy.Protocol.ICMP
        && protocol != Policy.Protocol.ICMPV6;
  }

  @Override
  public int compareTo(Traffic other) {
    return ORDER.compare(this, other);
  }
}
