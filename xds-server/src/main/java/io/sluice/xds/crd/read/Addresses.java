package io.sluice.xds.crd.read;

import io.sluice.net.Cidr;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Optional;

/** Reads addresses and ranges of addresses in the one notation that has one reading everywhere. */
public final class Addresses {
  private Addresses() {}

  /** Reads the address of one peer: nothing that stands for this host or for many. */
  public static InetAddress unicast(Located field) throws RejectedException {
    InetAddress address = address(field, field.text());
    if (address.isAnyLocalAddress()
        || address.isLoopbackAddress()
        || address.isMulticastAddress()) {
      throw field.reject("expected a plain unicast IP address, found \"" + field.text() + "\"");
    }
    return address;
  }

  /** Reads a range; bits of the host that are written count as zero. */
  public static Cidr range(Located field) throws RejectedException {
    return range(field, field.text());
  }

  /** Reads a range that is a part of a field's text. */
  public static Cidr range(Located field, String text) throws RejectedException {
    int slash = text.indexOf('/');
    if (slash < 0) {
      throw field.reject(
          "expected a range such as 192.0.2.0/24 or 2001:db8::/32, found \"" + text + "\"");
    }
    InetAddress address = address(field, text.substring(0, slash));
    String length = text.substring(slash + 1);
    int bits = address.getAddress().length * 8;
    if (!length.matches("0|[1-9][0-9]{0,2}") || Integer.parseInt(length) > bits) {
      throw field.reject(
          "expected a prefix length from 0 to "
              + bits
              + " after the slash, found \""
              + length
              + "\"");
    }
    Cidr masked = masked(address, Integer.parseInt(length));
    if (!masked.address().equals(address)) {
      field.warn("has bits after its prefix, so it is taken as " + masked + "; write that");
    }
    return masked;
  }

  /** Reads a range, or an address as the range of itself. */
  public static Cidr rangeOrAddress(Located field) throws RejectedException {
    if (field.text().indexOf('/') >= 0) {
      return range(field);
    }
    InetAddress address = address(field, field.text());
    Cidr range = new Cidr(address, address.getAddress().length * 8);
    field.warn("is taken as " + range + "; an API server accepts only the form with a slash");
    return range;
  }

  /** Reads an address in its plain form; empty if it is none. */
  public static Optional<InetAddress> plain(String text) {
    try {
      return Optional.of(literal(text)).filter(address -> isPlain(address, text));
    } catch (IllegalArgumentException notAnAddress) {
      return Optional.empty();
    }
  }

  private static InetAddress literal(String text) {
    return text.contains(":") ? Inet6Address.ofLiteral(text) : Inet4Address.ofLiteral(text);
  }

  private static InetAddress address(Located field, String text) throws RejectedException {
    InetAddress address;
    try {
      address = literal(text);
    } catch (IllegalArgumentException notAnAddress) {
      throw field.reject("expected an IP address, found \"" + text + "\"");
    }
    if (!isPlain(address, text)) {
      throw field.reject("expected an IP address in its plain form, found \"" + text + "\"");
    }
    return address;
  }

  private static boolean isPlain(InetAddress address, String text) {
    // Short forms (10.1), zones (fe80::1%eth0), brackets and IPv4 inside IPv6 have a second reading
    // somewhere.
    return address instanceof Inet4Address
        ? address.getHostAddress().equals(text)
        : text.chars().noneMatch(c -> "%.[".indexOf(c) >= 0);
  }

  private static Cidr masked(InetAddress address, int length) {
    byte[] bytes = address.getAddress();
    int whole = length / 8;
    if (whole < bytes.length) {
      bytes[whole] = (byte) (bytes[whole] & (0xff00 >> (length % 8)));
      Arrays.fill(bytes, whole + 1, bytes.length, (byte) 0);
    }
    try {
      return new Cidr(InetAddress.getByAddress(bytes), length);
    } catch (UnknownHostException impossible) {
      throw new IllegalStateException("an address of " + bytes.length + " bytes", impossible);
    }
  }
}
