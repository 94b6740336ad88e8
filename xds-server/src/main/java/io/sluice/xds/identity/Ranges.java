package io.sluice.xds.identity;

import io.sluice.net.Cidr;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.NavigableMap;
import java.util.SortedMap;

/** Orders addresses and ranges so that what a range contains stands right behind it. */
final class Ranges {
  static final Comparator<InetAddress> BY_ADDRESS =
      Comparator.<InetAddress>comparingInt(address -> address.getAddress().length)
          .thenComparing(InetAddress::getAddress, Arrays::compareUnsigned);

  static final Comparator<Cidr> ORDER =
      Comparator.comparing(Cidr::address, BY_ADDRESS).thenComparingInt(Cidr::length);

  static final Cidr ALL_IPV4 = new Cidr(address(new byte[4]), 0);
  static final Cidr ALL_IPV6 = new Cidr(address(new byte[16]), 0);

  private Ranges() {}

  /** The range of one address. */
  static Cidr of(InetAddress address) {
    return new Cidr(address, address.getAddress().length * 8);
  }

  static boolean isIpv4(Cidr range) {
    return range.address() instanceof Inet4Address;
  }

  /** The entries of all keys that a range contains, itself included; ordered by {@link #ORDER}. */
  static <V> SortedMap<Cidr, V> within(Cidr range, NavigableMap<Cidr, V> all) {
    byte[] last = range.address().getAddress();
    for (int bit = range.length(); bit < last.length * 8; bit++) {
      last[bit / 8] |= (byte) (0x80 >>> (bit % 8));
    }
    Cidr end = of(address(last));
    return all.subMap(range, true, end, true);
  }

  /** The first bits of a range. */
  static Cidr shortened(Cidr range, int length) {
    byte[] first = range.address().getAddress();
    for (int bit = length; bit < first.length * 8; bit++) {
      first[bit / 8] &= (byte) ~(0x80 >>> (bit % 8));
    }
    return new Cidr(address(first), length);
  }

  private static InetAddress address(byte[] bytes) {
    try {
      return InetAddress.getByAddress(bytes);
    } catch (UnknownHostException impossible) {
      throw new IllegalStateException("neither 4 nor 16 bytes", impossible);
    }
  }
}
