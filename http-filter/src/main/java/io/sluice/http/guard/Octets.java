package io.sluice.http.guard;

import java.nio.charset.StandardCharsets;

/**
 * The character classes of RFC 9110 and RFC 3986 as one table, and comparisons that ignore case.
 */
public final class Octets {
  private static final int TOKEN = 1;
  private static final int FIELD_VALUE = 2;
  private static final int TARGET = 4;
  private static final int UNRESERVED = 8;
  private static final byte[] CLASSES = classes();
  private static final byte[] HEX = hex();

  private Octets() {}

  private static byte[] classes() {
    byte[] table = new byte[256];
    for (int c = 0; c < 256; c++) {
      boolean letterOrDigit = c < 128 && Character.isLetterOrDigit(c);
      boolean visible = c > 0x20 && c < 0x7f;
      table[c] =
          (byte)
              ((letterOrDigit || (visible && "!#$%&'*+-.^_`|~".indexOf(c) >= 0) ? TOKEN : 0)
                  | (visible || c == ' ' || c == '\t' || c >= 0x80 ? FIELD_VALUE : 0)
                  | (visible && c != '#' ? TARGET : 0)
                  | (letterOrDigit || (visible && "-._~".indexOf(c) >= 0) ? UNRESERVED : 0));
    }
    return table;
  }

  private static byte[] hex() {
    byte[] table = new byte[256];
    for (int c = 0; c < 256; c++) {
      table[c] = (byte) (c < 128 ? Character.digit(c, 16) : -1);
    }
    return table;
  }

  /** Whether the byte may be part of a token (RFC 9110 5.6.2). */
  public static boolean isToken(byte c) {
    return (CLASSES[c & 0xff] & TOKEN) != 0;
  }

  /**
   * Whether the byte may be part of a field value: visible, obs-text, space or tab (RFC 9110 5.5).
   */
  public static boolean isFieldValue(byte c) {
    return (CLASSES[c & 0xff] & FIELD_VALUE) != 0;
  }

  /** Whether the byte may be part of a request target: visible ASCII except the fragment's mark. */
  public static boolean isTarget(byte c) {
    return (CLASSES[c & 0xff] & TARGET) != 0;
  }

  /** Whether encoding the byte changes nothing (RFC 3986 2.3). */
  public static boolean isUnreserved(byte c) {
    return (CLASSES[c & 0xff] & UNRESERVED) != 0;
  }

  /** Whether the byte is a decimal digit. */
  public static boolean isDigit(byte c) {
    return c >= '0' && c <= '9';
  }

  /** The value of a hexadecimal digit, or -1. */
  public static int hexValue(byte c) {
    return HEX[c & 0xff];
  }

  /** The letter in lower case, any other byte as it is. */
  public static byte lower(byte c) {
    return c >= 'A' && c <= 'Z' ? (byte) (c | 0x20) : c;
  }

  /** Whether bytes[from, to) is this lower-case name, ignoring case. */
  public static boolean equalsIgnoreCase(byte[] bytes, int from, int to, byte[] lowerName) {
    if (to - from != lowerName.length) {
      return false;
    }
    for (int i = 0; i < lowerName.length; i++) {
      if (lower(bytes[from + i]) != lowerName[i]) {
        return false;
      }
    }
    return true;
  }

  /** Whether bytes[from, to) are the wanted ones; takes the same time wherever they differ. */
  public static boolean sameSecret(byte[] bytes, int from, int to, byte[] wanted) {
    if (to - from != wanted.length) {
      return false;
    }
    int different = 0;
    for (int i = 0; i < wanted.length; i++) {
      different |= bytes[from + i] ^ wanted[i];
    }
    return different == 0;
  }

  /** The bytes of an ASCII constant. */
  public static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /** The text of bytes, one character for each byte. */
  public static String text(byte[] bytes, int from, int to) {
    return new String(bytes, from, to - from, StandardCharsets.ISO_8859_1);
  }
}
