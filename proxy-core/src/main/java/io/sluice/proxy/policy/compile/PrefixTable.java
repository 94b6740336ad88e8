package io.sluice.proxy.policy.compile;

import io.sluice.net.Cidr;
import io.sluice.proxy.policy.Peer;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Finds who stands behind an address: exact addresses first, then the longest prefix that contains
 * it. The cost grows with the number of distinct prefix lengths, not of prefixes.
 */
final class PrefixTable {
  private final Map<InetAddress, Peer> exact = new HashMap<>();
  private final Map<Key, Peer> prefixes = new HashMap<>();
  private final int[] lengthsV4;
  private final int[] lengthsV6;

  PrefixTable(Map<Cidr, Peer> peers) {
    TreeSet<Integer> v4 = new TreeSet<>();
    TreeSet<Integer> v6 = new TreeSet<>();
    for (Map.Entry<Cidr, Peer> entry : peers.entrySet()) {
      byte[] address = entry.getKey().address().getAddress();
      int length = entry.getKey().length();
      if (entry.getKey().isAddress()) {
        exact.put(entry.getKey().address(), entry.getValue());
      } else {
        (address.length == 4 ? v4 : v6).add(length);
        prefixes.put(Key.of(address, length), entry.getValue());
      }
    }
    lengthsV4 = longestFirst(v4);
    lengthsV6 = longestFirst(v6);
  }

  @Nullable Peer find(InetAddress address) {
    Peer peer = exact.get(address);
    if (peer != null) {
      return peer;
    }
    byte[] bytes = address.getAddress();
    for (int length : bytes.length == 4 ? lengthsV4 : lengthsV6) {
      peer = prefixes.get(Key.of(bytes, length));
      if (peer != null) {
        return peer;
      }
    }
    return null;
  }

  private static int[] longestFirst(NavigableSet<Integer> lengths) {
    return lengths.descendingSet().stream().mapToInt(Integer::intValue).toArray();
  }

  /** The first {@code length} bits of an address of {@code size} bytes, left-aligned. */
  private record Key(int size, int length, long high, long low) {
    static Key of(byte[] address, int length) {
      long high = 0;
      long low = 0;
      for (int i = 0; i < 8; i++) {
        high = high << 8 | (i < address.length ? address[i] & 0xff : 0);
        low = low << 8 | (i + 8 < address.length ? address[i + 8] & 0xff : 0);
      }
      return new Key(address.length, length, high & mask(length), low & mask(length - 64));
    }

    private static long mask(int bits) {
      return bits <= 0 ? 0 : bits >= 64 ? -1 : -1L << (64 - bits);
    }
  }
}
