package io.sluice.net;

import java.net.InetAddress;
import java.util.Arrays;

/**
 * A range of addresses.
 *
 * @param address its first address
 * @param length 0..32 or 0..128
 */
public record Cidr(InetAddress address, int length) {

  /** Whether it holds one address only. */
  public boolean isAddress() {
    return length == address.getAddress().length * 8;
  }

  /** Whether all of another range lies within it. */
  public boolean contains(Cidr other) {
    byte[] own = address.getAddress();
    byte[] others = other.address.getAddress();
    if (own.length != others.length || length > other.length) {
      return false;
    }
    int whole = length / 8;
    if (!Arrays.equals(own, 0, whole, others, 0, whole)) {
      return false;
    }
    int rest = length % 8;
    return rest == 0 || (own[whole] ^ others[whole]) >> (8 - rest) == 0;
  }

  @Override
  public String toString() {
    return address.getHostAddress() + "/" + length;
  }
}
