package io.sluice.bpf.map;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.MemorySegment;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.Comparator;

/**
 * A prefix as the trie of identities has it: {@code struct identity_key}.
 *
 * @param prefix length in bits of the 16 bytes
 * @param high the first 8 bytes; bits behind the prefix are zero
 * @param low the last 8 bytes; bits behind the prefix are zero
 */
public record IdentityKey(int prefix, long high, long low) {
  static final int PREFIX = 0;
  static final int ADDRESS = 4;
  static final int BYTES = 20;
  private static final int ALL_BITS = 128;

  /** All of IPv4. */
  public static final IdentityKey ALL_V4 = new IdentityKey(Addresses.V4_PREFIX, 0, 0xffffL << 32);

  /** Longest prefix first. */
  public static final Comparator<IdentityKey> SPECIFIC_FIRST =
      Comparator.comparingInt(IdentityKey::prefix).reversed();

  public static final Layout<IdentityKey> LAYOUT =
      new Layout<>() {
        @Override
        public int bytes() {
          return BYTES;
        }

        @Override
        public void write(IdentityKey key, MemorySegment to) {
          to.set(JAVA_INT, PREFIX, key.prefix);
          for (int i = 0; i < 8; i++) {
            to.set(JAVA_BYTE, ADDRESS + i, (byte) (key.high >>> (56 - 8 * i)));
            to.set(JAVA_BYTE, ADDRESS + 8 + i, (byte) (key.low >>> (56 - 8 * i)));
          }
        }
      };

  /**
   * The key of a prefix.
   *
   * @param length 0 to 32 for IPv4, 0 to 128 for IPv6
   */
  public static IdentityKey of(InetAddress address, int length) {
    byte[] bytes = Addresses.mapped(address);
    int prefix = address instanceof Inet4Address ? length + Addresses.V4_PREFIX : length;
    long high = number(bytes, 0);
    long low = number(bytes, 8);
    return new IdentityKey(prefix, high & mask(prefix), low & mask(prefix - 64));
  }

  /** Whether it is the prefix of a single address. */
  public boolean isOneAddress() {
    return prefix == ALL_BITS;
  }

  private static long mask(int bits) {
    if (bits <= 0) {
      return 0;
    }
    return bits >= 64 ? -1L : -1L << (64 - bits);
  }

  private static long number(byte[] bytes, int from) {
    long number = 0;
    for (int i = from; i < from + 8; i++) {
      number = number << 8 | (bytes[i] & 0xff);
    }
    return number;
  }
}
