package io.sluice.dns.match;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A domain name in its one form: lower case, absolute, as labels and never as text, so that a dot
 * inside a label is no dot between labels.
 */
public final class DnsName {
  private static final int MAX_WIRE = 255;
  private static final int MAX_LABEL = 63;

  /** The labels from the left, each behind its length; ends in the root's 0 (RFC 1035, 3.1). */
  private final byte[] wire;

  /** Where each label's length is in {@link #wire}, from the left. */
  private final byte[] labels;

  private final boolean plain;

  private DnsName(byte[] wire, byte[] labels, boolean plain) {
    this.wire = wire;
    this.labels = labels;
    this.plain = plain;
  }

  /**
   * Reads a name out of a message.
   *
   * @param message the whole message
   * @param from where the name begins
   * @return null if there is no whole name, or it is compressed: a question has nothing before it
   *     to point to
   */
  public static @Nullable DnsName ofWire(byte[] message, int from) {
    int at = from;
    int count = 0;
    while (at < message.length && message[at] != 0) {
      int length = message[at] & 0xff;
      if (length > MAX_LABEL || at - from > MAX_WIRE) {
        return null;
      }
      at += 1 + length;
      count++;
    }
    return at < message.length && at + 1 - from <= MAX_WIRE
        ? canonical(Arrays.copyOfRange(message, from, at + 1), count)
        : null;
  }

  /**
   * Reads a name as people write it, with or without its final dot.
   *
   * @return null if it is none: empty, too long, an empty label, or a character that would have to
   *     be escaped
   */
  public static @Nullable DnsName of(String text) {
    if (text.equals(".")) {
      return canonical(new byte[1], 0);
    }
    int length = text.endsWith(".") ? text.length() - 1 : text.length();
    if (length == 0 || length + 2 > MAX_WIRE) {
      return null;
    }
    byte[] wire = new byte[length + 2];
    int start = 0;
    int count = 0;
    for (int i = 0; i <= length; i++) {
      char c = i == length ? '.' : text.charAt(i);
      if (c <= ' ' || c >= 0x7f || c == '\\') {
        return null;
      }
      if (c == '.') {
        int label = i - start;
        if (label == 0 || label > MAX_LABEL) {
          return null;
        }
        wire[start] = (byte) label;
        start = i + 1;
        count++;
      } else {
        wire[i + 1] = (byte) c;
      }
    }
    return canonical(wire, count);
  }

  private static DnsName canonical(byte[] wire, int count) {
    byte[] labels = new byte[count];
    boolean plain = true;
    int at = 0;
    for (int label = 0; label < count; label++) {
      labels[label] = (byte) at;
      int end = at + 1 + wire[at];
      for (at++; at < end; at++) {
        byte b = wire[at];
        if (b >= 'A' && b <= 'Z') {
          wire[at] = (byte) (b + ('a' - 'A'));
        }
        plain &= isPlain(wire[at]);
      }
    }
    return new DnsName(wire, labels, plain);
  }

  /** Whether patterns can be about it: a lower-case letter, a digit, {@code -} or {@code _}. */
  static boolean isPlain(int c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  }

  /** Whether it consists of plain characters only; no pattern matches another name. */
  public boolean plain() {
    return plain;
  }

  /** How many labels it has; 0 for the root. */
  public int labelCount() {
    return labels.length;
  }

  /** How many bytes it takes in a message. */
  public int wireLength() {
    return wire.length;
  }

  /** A copy of its bytes as in a message, not compressed. */
  public byte[] toWire() {
    return wire.clone();
  }

  byte[] bytes() {
    return wire;
  }

  /** Where a label, counted from the left, begins in {@link #bytes}. */
  int from(int label) {
    return (labels[label] & 0xff) + 1;
  }

  /** Where a label ends in {@link #bytes}, exclusive. */
  int to(int label) {
    int at = labels[label] & 0xff;
    return at + 1 + wire[at];
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof DnsName that && Arrays.equals(that.wire, wire);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(wire);
  }

  /**
   * As people write it, with its final dot; what is not visible ASCII is escaped (RFC 4343, 2.1).
   */
  @Override
  public String toString() {
    if (labels.length == 0) {
      return ".";
    }
    StringBuilder text = new StringBuilder(wire.length);
    for (int label = 0; label < labels.length; label++) {
      for (int i = from(label); i < to(label); i++) {
        int c = wire[i] & 0xff;
        if (c == '.' || c == '\\') {
          text.append('\\').append((char) c);
        } else if (c > ' ' && c < 0x7f) {
          text.append((char) c);
        } else {
          text.append('\\').append((char) ('0' + c / 100));
          text.append((char) ('0' + c / 10 % 10)).append((char) ('0' + c % 10));
        }
      }
      text.append('.');
    }
    return text.toString();
  }
}
