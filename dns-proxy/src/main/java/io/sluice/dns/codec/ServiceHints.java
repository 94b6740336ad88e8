package io.sluice.dns.codec;

import io.sluice.dns.match.DnsName;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The addresses that the data of a SVCB or HTTPS record hints at, which clients may connect to
 * without asking for A and AAAA (RFC 9460, 7.3); of data that clients must reject none at all.
 */
final class ServiceHints {
  static final int SVCB = 64;
  static final int HTTPS = 65;

  private static final int IPV4_HINT = 4;
  private static final int IPV6_HINT = 6;
  private static final int IPV4_BYTES = 4;
  private static final int IPV6_BYTES = 16;
  private static final int PRIORITY_BYTES = 2;

  /** Bytes of a parameter before its value: key and length. */
  private static final int PARAMETER_FIXED = 4;

  private ServiceHints() {}

  /**
   * Reads them out of a record's data in message[from, to), in the order of the record.
   *
   * @return null if the data is malformed (RFC 9460, 2.2): its target name is compressed or not
   *     whole, a parameter ends behind it, keys do not ascend, or a hint is not one or more whole
   *     addresses
   */
  static @Nullable List<InetAddress> read(byte[] message, int from, int to) {
    if (to - from < PRIORITY_BYTES) {
      return null;
    }
    int priority = Wire.u16(message, from);
    DnsName target = DnsName.ofWire(message, from + PRIORITY_BYTES);
    if (target == null) {
      return null;
    }
    List<InetAddress> hints = new ArrayList<>();
    int at = from + PRIORITY_BYTES + target.wireLength();
    int before = -1;
    while (at != to) {
      if (to - at < PARAMETER_FIXED) {
        return null;
      }
      int key = Wire.u16(message, at);
      int value = at + PARAMETER_FIXED;
      int end = value + Wire.u16(message, at + 2);
      if (key <= before || end > to || !add(hints, key, message, value, end)) {
        return null;
      }
      before = key;
      at = end;
    }
    // What is an alias has no parameters: those that it has all the same are ignored (2.4.2).
    return priority == 0 ? List.of() : hints;
  }

  /** Adds the addresses of a parameter if it is a hint; false if it is one and malformed. */
  private static boolean add(List<InetAddress> hints, int key, byte[] message, int from, int to) {
    int size =
        switch (key) {
          case IPV4_HINT -> IPV4_BYTES;
          case IPV6_HINT -> IPV6_BYTES;
          default -> 0;
        };
    if (size == 0) {
      return true;
    }
    if (from == to || (to - from) % size != 0) {
      return false;
    }
    for (int at = from; at < to; at += size) {
      hints.add(Wire.address(message, at, at + size));
    }
    return true;
  }
}
