package io.sluice.dns.codec;

import io.sluice.dns.match.DnsName;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The parts that every message is made of. Nothing is read past a message's end, and every name has
 * one: a pointer leads backwards only (RFC 1035, 4.1.4), so that following them ends, and never
 * into the header, whose number is another on the way to the server.
 */
final class Wire {
  /** Bytes of the header; the question begins behind it. */
  static final int HEADER = 12;

  /** Bytes between a record's owner and its data: type, class, TTL, length. */
  static final int RECORD_FIXED = 10;

  static final int CLASS_IN = 1;
  static final int NONE = -1;

  private static final int POINTER = 0xc0;
  private static final int MAX_LABEL = 63;
  private static final int MAX_NAME = 255;

  /**
   * As many as a name can have labels: no name needs more, and a message with thousands of records
   * could otherwise send us down thousands of pointers for each.
   */
  private static final int MOST_POINTERS = 127;

  private Wire() {}

  static int u16(byte[] message, int at) {
    return (message[at] & 0xff) << 8 | (message[at + 1] & 0xff);
  }

  /**
   * The address in message[from, to), of 4 or 16 bytes. The JDK makes an IPv4 address of an IPv6
   * one that maps it, and so does the kernel with what is sent to it: the address is that of the
   * packets.
   */
  static InetAddress address(byte[] message, int from, int to) {
    try {
      return InetAddress.getByAddress(Arrays.copyOfRange(message, from, to));
    } catch (UnknownHostException impossible) {
      throw new IllegalStateException("neither 4 nor 16 bytes", impossible);
    }
  }

  static long u32(byte[] message, int at) {
    return (long) u16(message, at) << 16 | u16(message, at + 2);
  }

  /** Where what stands behind a name begins; {@link #NONE} if there is no whole name. */
  static int behindName(byte[] message, int from) {
    int at = from;
    while (at < message.length) {
      int length = message[at] & 0xff;
      if (length == 0) {
        return at + 1;
      }
      if (length >= POINTER) {
        return wholeLength(message, from) == NONE ? NONE : at + 2;
      }
      if (length > MAX_LABEL || at - from > MAX_NAME) {
        return NONE;
      }
      at += 1 + length;
    }
    return NONE;
  }

  /** The name at a place, its pointers followed; null if there is none that has an end. */
  static @Nullable DnsName name(byte[] message, int from) {
    int size = wholeLength(message, from);
    if (size == NONE) {
      return null;
    }
    byte[] whole = new byte[size];
    int at = from;
    int done = 0;
    // The last byte is the root's 0.
    while (done < size - 1) {
      int length = message[at] & 0xff;
      if (length >= POINTER) {
        at = target(message, at);
        continue;
      }
      System.arraycopy(message, at, whole, done, 1 + length);
      done += 1 + length;
      at += 1 + length;
    }
    return DnsName.ofWire(whole, 0);
  }

  /**
   * How many bytes the name at a place has, its pointers followed; {@link #NONE} if there is none
   * that has an end.
   */
  private static int wholeLength(byte[] message, int from) {
    int size = 0;
    int at = from;
    int before = from;
    int pointers = 0;
    while (at < message.length) {
      int length = message[at] & 0xff;
      if (length >= POINTER) {
        int target = at + 2 <= message.length ? target(message, at) : message.length;
        if (target < HEADER || target >= before || ++pointers > MOST_POINTERS) {
          return NONE;
        }
        before = target;
        at = target;
        continue;
      }
      size += 1 + length;
      if (length > MAX_LABEL || at + 1 + length > message.length || size > MAX_NAME) {
        return NONE;
      }
      if (length == 0) {
        return size;
      }
      at += 1 + length;
    }
    return NONE;
  }

  private static int target(byte[] message, int at) {
    return u16(message, at) & 0x3fff;
  }

  /**
   * Where what stands behind a record begins.
   *
   * @param behindOwner where its type stands
   * @return {@link #NONE} if it is not whole
   */
  static int behindRecord(byte[] message, int behindOwner) {
    if (behindOwner == NONE || behindOwner + RECORD_FIXED > message.length) {
      return NONE;
    }
    int end = behindOwner + RECORD_FIXED + u16(message, behindOwner + RECORD_FIXED - 2);
    return end <= message.length ? end : NONE;
  }
}
