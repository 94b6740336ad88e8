package io.sluice.app.naive;

import java.math.BigInteger;
import java.net.InetAddress;

/**
 * An address, or the addresses of a prefix, as a number to compare bit by bit.
 *
 * @param bits of the family, 32 or 128
 * @param length how many of the bits are given; all of an address
 */
record Address(BigInteger number, int bits, int length) {

  /** Reads an address or a prefix such as {@code 10.0.0.0/8}. */
  static Address of(String text) {
    int slash = text.indexOf('/');
    byte[] bytes = InetAddress.ofLiteral(slash < 0 ? text : text.substring(0, slash)).getAddress();
    int bits = bytes.length * 8;
    int length = slash < 0 ? bits : Integer.parseInt(text.substring(slash + 1));
    return new Address(new BigInteger(1, bytes), bits, length);
  }

  /** Whether all of it is in a prefix. */
  boolean in(String prefix) {
    Address network = of(prefix);
    int rest = bits - network.length;
    return network.bits == bits
        && network.length <= length
        && network.number.shiftRight(rest).equals(number.shiftRight(rest));
  }
}
