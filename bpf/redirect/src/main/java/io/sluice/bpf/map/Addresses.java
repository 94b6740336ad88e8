package io.sluice.bpf.map;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;

/** Addresses as the maps have them: 16 bytes, an IPv4 address as {@code ::ffff:a.b.c.d}. */
final class Addresses {
  static final int BYTES = 16;

  /** What an IPv4 prefix is longer by when it is written as IPv6. */
  static final int V4_PREFIX = 96;

  private Addresses() {}

  static byte[] mapped(InetAddress address) {
    byte[] bytes = address.getAddress();
    if (bytes.length == BYTES) {
      return bytes;
    }
    byte[] mapped = new byte[BYTES];
    mapped[10] = (byte) 0xff;
    mapped[11] = (byte) 0xff;
    System.arraycopy(bytes, 0, mapped, 12, bytes.length);
    return mapped;
  }

  /** An {@link Inet4Address} if the bytes are v4-mapped: that is what the JDK makes of them. */
  static InetAddress unmapped(byte[] bytes) {
    try {
      return InetAddress.getByAddress(bytes);
    } catch (UnknownHostException impossible) {
      throw new AssertionError("an address of 16 bytes is always one", impossible);
    }
  }
}
