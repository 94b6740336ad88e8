package io.sluice.proxy.policy.compile;

import io.sluice.net.Cidr;
import io.sluice.proxy.policy.rule.InvalidPolicyException;
import java.net.Inet4Address;
import java.net.InetAddress;

/** Reads addresses and prefixes in their one canonical-enough form; never asks a name server. */
final class AddressText {
  private AddressText() {}

  /**
   * Reads an address literal: four decimal numbers, or IPv6 without brackets and zone.
   *
   * @throws InvalidPolicyException if it is anything else, an IPv4-mapped IPv6 address included
   */
  static InetAddress address(String text) throws InvalidPolicyException {
    try {
      boolean v6 = text.indexOf(':') >= 0;
      // The JDK also takes brackets, zones, "10.1", and gives mapped addresses as IPv4: each would
      // be a second spelling of one address.
      if (text.indexOf('[') < 0 && text.indexOf('%') < 0) {
        InetAddress address = InetAddress.ofLiteral(text);
        boolean isV4 = address instanceof Inet4Address;
        if (v6 ? !isV4 : isV4 && address.getHostAddress().equals(text)) {
          return address;
        }
      }
    } catch (IllegalArgumentException notAnAddress) {
      // falls through to the one complaint
    }
    throw new InvalidPolicyException("\"" + text + "\", expected an IPv4 or IPv6 address");
  }

  /**
   * Reads an address or a prefix in CIDR notation.
   *
   * @throws InvalidPolicyException if it is neither, or has bits set behind its length
   */
  static Cidr cidr(String text) throws InvalidPolicyException {
    int slash = text.indexOf('/');
    InetAddress address = address(slash < 0 ? text : text.substring(0, slash));
    byte[] bytes = address.getAddress();
    int bits = bytes.length * 8;
    int length = slash < 0 ? bits : length(text.substring(slash + 1));
    if (length < 0 || length > bits) {
      throw new InvalidPolicyException("\"" + text + "\", expected a length of 0.." + bits);
    }
    for (int bit = length; bit < bits; bit++) {
      if ((bytes[bit / 8] & (0x80 >>> (bit % 8))) != 0) {
        throw new InvalidPolicyException(
            "\"" + text + "\" has bits set behind its length, expected the prefix's first address");
      }
    }
    return new Cidr(address, length);
  }

  private static int length(String digits) {
    if (digits.isEmpty() || digits.length() > 3) {
      return -1;
    }
    int value = 0;
    for (int i = 0; i < digits.length(); i++) {
      char c = digits.charAt(i);
      if (c < '0' || c > '9') {
        return -1;
      }
      value = value * 10 + (c - '0');
    }
    return value;
  }
}
