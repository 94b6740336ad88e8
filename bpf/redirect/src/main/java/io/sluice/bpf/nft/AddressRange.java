package io.sluice.bpf.nft;

import io.sluice.bpf.map.IdentityKey;
import io.sluice.bpf.map.PeerValue;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Map;

/**
 * Addresses that are one peer's.
 *
 * @param first as 16 bytes, IPv4 as {@code ::ffff:a.b.c.d}
 * @param last inclusive, of the same family
 * @param identity whose they are
 */
record AddressRange(BigInteger first, BigInteger last, int identity) {
  private static final int WORLD = 2;
  private static final int BITS = 128;
  private static final BigInteger FIRST_V4 = BigInteger.valueOf(0xffffL << 32);
  private static final BigInteger LAST_V4 = BigInteger.valueOf((0x1_0000L << 32) - 1);
  private static final BigInteger LAST = BigInteger.ONE.shiftLeft(BITS).subtract(BigInteger.ONE);

  /**
   * All addresses there are, in order and without overlap: of the prefixes that contain one, the
   * longest says whose it is.
   *
   * @param peers with {@link IdentityKey#ALL_V4} among them, which parts the families
   */
  static List<AddressRange> of(Map<IdentityKey, PeerValue> peers) {
    List<AddressRange> prefixes = new ArrayList<>(peers.size());
    peers.forEach((key, peer) -> prefixes.add(prefix(key, peer.identity())));
    // What contains others comes before them.
    prefixes.sort(
        Comparator.comparing(AddressRange::first)
            .thenComparing(AddressRange::last, Comparator.reverseOrder()));
    List<AddressRange> ranges = new ArrayList<>();
    Deque<AddressRange> around = new ArrayDeque<>();
    around.push(new AddressRange(BigInteger.ZERO, LAST, WORLD));
    BigInteger next = BigInteger.ZERO;
    for (AddressRange prefix : prefixes) {
      next = leave(around, prefix.first, next, ranges);
      AddressRange outer = around.getFirst();
      add(ranges, next, prefix.first.subtract(BigInteger.ONE), outer.identity);
      next = prefix.first;
      around.push(prefix);
    }
    leave(around, LAST.add(BigInteger.ONE), next, ranges);
    return ranges;
  }

  /** Ends the prefixes that end before an address; the first address that is not in a range yet. */
  private static BigInteger leave(
      Deque<AddressRange> around, BigInteger before, BigInteger next, List<AddressRange> ranges) {
    while (!around.isEmpty() && around.getFirst().last.compareTo(before) < 0) {
      AddressRange ended = around.pop();
      add(ranges, next, ended.last, ended.identity);
      next = next.max(ended.last.add(BigInteger.ONE));
    }
    return next;
  }

  private static void add(
      List<AddressRange> ranges, BigInteger first, BigInteger last, int identity) {
    if (first.compareTo(last) > 0) {
      return;
    }
    AddressRange range = new AddressRange(first, last, identity);
    if (!ranges.isEmpty()) {
      AddressRange before = ranges.getLast();
      if (before.identity == identity && before.ipv6() == range.ipv6()) {
        ranges.removeLast();
        range = new AddressRange(before.first, last, identity);
      }
    }
    ranges.add(range);
  }

  private static AddressRange prefix(IdentityKey key, int identity) {
    BigInteger first =
        new BigInteger(
            1, ByteBuffer.allocate(2 * Long.BYTES).putLong(key.high()).putLong(key.low()).array());
    BigInteger size = BigInteger.ONE.shiftLeft(BITS - key.prefix());
    return new AddressRange(first, first.add(size).subtract(BigInteger.ONE), identity);
  }

  boolean ipv6() {
    return first.compareTo(FIRST_V4) < 0 || first.compareTo(LAST_V4) > 0;
  }

  /** As nftables writes it. */
  String text() {
    return first.equals(last) ? text(first) : text(first) + "-" + text(last);
  }

  private String text(BigInteger address) {
    byte[] bytes = new byte[ipv6() ? BITS / Byte.SIZE : Integer.BYTES];
    byte[] digits = address.toByteArray();
    for (int i = 1; i <= Math.min(bytes.length, digits.length); i++) {
      bytes[bytes.length - i] = digits[digits.length - i];
    }
    try {
      return InetAddress.getByAddress(bytes).getHostAddress();
    } catch (UnknownHostException impossible) {
      throw new AssertionError("4 or 16 bytes are always an address", impossible);
    }
  }
}
