package io.sluice.dns.learn;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;

/**
 * Tells addresses that a public name has from those that only rebinding gives it: ranges that the
 * Internet does not route (RFC 6890), but those for documentation.
 */
final class SpecialAddresses {
  private static final int BYTE = 0xff;

  /** RFC 6052: the last four bytes are an address of IPv4. */
  private static final long NAT64 = 0x0064_ff9b_0000_0000L;

  /** RFC 8215: for translation inside one network. */
  private static final long LOCAL_NAT64 = 0x0064_ff9b_0001L;

  private SpecialAddresses() {}

  /**
   * Whether it is neither loopback, link-local (where cloud metadata is), private, shared by a
   * carrier's clients (RFC 6598, where other metadata is), of this network, reserved nor multicast;
   * of one that NAT64 translates, whether what it becomes is none of these.
   */
  static boolean isPublic(InetAddress address) {
    byte[] bytes = address.getAddress();
    return address instanceof Inet4Address
        ? isPublicV4(ByteBuffer.wrap(bytes).getInt())
        : isPublicV6(bytes);
  }

  private static boolean isPublicV4(int address) {
    int first = address >>> 24;
    int second = address >>> 16 & BYTE;
    return switch (first) {
      case 0, 10, 127 -> false;
      case 100 -> second < 64 || second > 127;
      case 169 -> second != 254;
      case 172 -> second < 16 || second > 31;
      case 192 -> second != 168;
      default -> first < 224;
    };
  }

  private static boolean isPublicV6(byte[] address) {
    ByteBuffer bytes = ByteBuffer.wrap(address);
    long high = bytes.getLong();
    long low = bytes.getLong();
    if (high == NAT64 && low >>> 32 == 0) {
      return isPublicV4((int) low);
    }
    int first = address[0] & BYTE;
    // Unique local (fc00::/7); link-local and what was site-local (fe80::/10, fec0::/10);
    // multicast.
    boolean local = first >= 0xfc && (first != 0xfe || (address[1] & 0x80) != 0);
    // The unspecified one, loopback, and what once stood for addresses of IPv4 (::/96).
    boolean low96 = high == 0 && low >>> 32 == 0;
    return !local && !low96 && high >>> 16 != LOCAL_NAT64;
  }
}
