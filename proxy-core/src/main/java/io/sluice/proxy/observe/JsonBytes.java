package io.sluice.proxy.observe;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * A growing buffer of JSON in pure ASCII: whatever characters come in, what goes out is a valid
 * string, on one line, harmless to a terminal.
 */
final class JsonBytes {
  private static final byte[] HEX = {
    '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'
  };
  private static final String CUT = "...";
  private static final int MAX_DIGITS = 20;

  private byte[] bytes;
  private int length;

  JsonBytes(int capacity) {
    bytes = new byte[capacity];
  }

  int length() {
    return length;
  }

  /** Forgets everything behind this length. */
  void truncate(int to) {
    length = to;
  }

  byte[] copyFrom(int from) {
    return Arrays.copyOfRange(bytes, from, length);
  }

  /** Appends text of our own: ASCII, nothing in it to be escaped. */
  @SuppressWarnings("deprecation") // of no use for other than ASCII; for that, one plain copy
  JsonBytes raw(String ascii) {
    int count = ascii.length();
    reserve(count);
    ascii.getBytes(0, count, bytes, length);
    length += count;
    return this;
  }

  /** Appends bytes that this class made. */
  JsonBytes raw(byte[] json) {
    reserve(json.length);
    System.arraycopy(json, 0, bytes, length, json.length);
    length += json.length;
    return this;
  }

  /** Appends all that another one holds. */
  JsonBytes raw(JsonBytes other) {
    reserve(other.length);
    System.arraycopy(other.bytes, 0, bytes, length, other.length);
    length += other.length;
    return this;
  }

  /** Appends a string with its quotes, escaped and not longer than so many characters. */
  JsonBytes string(String text, int maxChars) {
    return raw("\"").text(text, maxChars).raw("\"");
  }

  /** Appends the inside of a string. */
  JsonBytes text(String text, int maxChars) {
    int count = Math.min(text.length(), maxChars);
    reserve(6 * count + CUT.length());
    byte[] to = bytes;
    int at = length;
    for (int i = 0; i < count; i++) {
      char c = text.charAt(i);
      if (c >= ' ' && c < 0x7f && c != '"' && c != '\\') {
        to[at++] = (byte) c;
      } else {
        at = escape(c, to, at);
      }
    }
    length = at;
    return count < text.length() ? raw(CUT) : this;
  }

  /** Appends a decimal number. */
  JsonBytes number(long value) {
    if (value < 0) {
      return raw(Long.toString(value));
    }
    reserve(MAX_DIGITS);
    int digits = 1;
    for (long rest = value; rest >= 10; rest /= 10) {
      digits++;
    }
    digits(value, digits);
    return this;
  }

  /** Appends exactly so many digits, the last ones of the number. */
  JsonBytes digits(long value, int digits) {
    reserve(digits);
    for (int at = length + digits - 1; at >= length; at--) {
      bytes[at] = (byte) ('0' + value % 10);
      value /= 10;
    }
    length += digits;
    return this;
  }

  /** What has been appended, valid until more is. */
  ByteBuffer view() {
    return ByteBuffer.wrap(bytes, 0, length);
  }

  private static int escape(char c, byte[] to, int at) {
    to[at++] = '\\';
    if (c == '"' || c == '\\') {
      to[at++] = (byte) c;
      return at;
    }
    // A surrogate may lack its other half; no reader needs it, some choke on it.
    int shown = Character.isSurrogate(c) ? 0xfffd : c;
    to[at++] = 'u';
    for (int shift = 12; shift >= 0; shift -= 4) {
      to[at++] = HEX[shown >> shift & 0xf];
    }
    return at;
  }

  private void reserve(int more) {
    if (bytes.length - length < more) {
      bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, length + more));
    }
  }
}
