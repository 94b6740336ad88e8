package io.sluice.http.codec;

import io.netty.buffer.ByteBuf;
import io.sluice.http.guard.HeaderConfusion;
import io.sluice.http.guard.LineConfusion;
import io.sluice.http.guard.Rejected;
import java.util.Arrays;

/**
 * Collects the head of a message in one array, line by line, however the bytes are cut: the outcome
 * does not depend on it. Each line is checked as soon as it is complete; size and count are bounded
 * before they grow.
 */
abstract class HeadParser {
  private static final byte[] NO_BYTES = {};
  private static final int MIN_ARRAY = 128;
  private static final int FIRST_ARRAY = 1024;
  private static final int FIRST_FIELDS = 12;
  private static final int OFFSETS = 4;
  private static final int[] NO_FIELDS = {};

  private final int lineLimit;
  private final int headerLimit;
  private final int fieldLimit;

  /** The bytes so far; behind the head's end may follow bytes that don't belong to it. */
  byte[] bytes = NO_BYTES;

  /** The index of the first byte of the start line. */
  int start;

  /** The end of the head once it is complete. */
  int end;

  /** For each field line: name from, name to, value from, value to. */
  int[] fields = NO_FIELDS;

  /** How many field lines there are. */
  int fieldCount;

  private int length;
  private int line;
  private int headers = -1;

  HeadParser(int lineLimit, int headerLimit, int fieldLimit) {
    this.lineLimit = lineLimit;
    this.headerLimit = headerLimit;
    this.fieldLimit = fieldLimit;
  }

  /**
   * Whether some bytes of a head have come and its end has not; an empty line before it, as old
   * clients send behind a body, is not one of them.
   */
  public boolean isPartial() {
    return length > line || headers >= 0;
  }

  /** The bytes of memory that what has come so far takes. */
  public int heldBytes() {
    return bytes.length + fields.length * Integer.BYTES;
  }

  /** What has come so far, for the record of a malformed message. */
  public MalformedHead soFar() {
    return new MalformedHead(Arrays.copyOf(bytes, length));
  }

  /**
   * Reads on; moves the reader index past what belongs to the head.
   *
   * @return whether the head is complete
   */
  final boolean readHead(ByteBuf in) throws Rejected {
    while (in.isReadable()) {
      if (length == bytes.length) {
        grow(in.readableBytes());
      }
      int count = Math.min(bytes.length - length, in.readableBytes());
      int scanned = length;
      in.readBytes(bytes, length, count);
      length += count;
      if (lines(scanned)) {
        in.readerIndex(in.readerIndex() - (length - end));
        return true;
      }
    }
    return false;
  }

  /** Forgets the head, ready for the next one. */
  final void reset() {
    bytes = NO_BYTES;
    fields = NO_FIELDS;
    fieldCount = 0;
    start = 0;
    end = 0;
    length = 0;
    line = 0;
    headers = -1;
  }

  /** Whether a start line, or an empty line before it, may start with the byte. */
  abstract boolean mayStart(byte c);

  /** Checks and takes in the start line bytes[from, to). */
  abstract void startLine(int from, int to) throws Rejected;

  /** Checks a field's name and returns the index of the colon. */
  abstract int name(int from, int to) throws Rejected;

  /** Takes in a checked field; its offsets are entry {@code fieldCount - 1}. */
  abstract void field(int nameFrom, int nameTo, int valueFrom, int valueTo) throws Rejected;

  private void grow(int wanted) {
    int size =
        bytes.length == 0
            ? Math.clamp(wanted, MIN_ARRAY, FIRST_ARRAY)
            : bytes.length + Math.max(bytes.length, FIRST_ARRAY);
    bytes = Arrays.copyOf(bytes, size);
  }

  private boolean lines(int scanned) throws Rejected {
    byte[] head = bytes;
    for (int i = scanned; i < length; i++) {
      if (head[i] != '\n') {
        continue;
      }
      bound(i);
      int to = LineConfusion.end(head, line, i);
      int from = line;
      line = i + 1;
      if (headers >= 0) {
        if (from == to) {
          end = line;
          return true;
        }
        fieldLine(from, to);
      } else if (from < to) {
        start = from;
        startLine(from, to);
        headers = line;
      } else if (from > 0) {
        // RFC 9112 2.2 asks to skip one empty line before a request line; more is not HTTP.
        throw Rejected.malformed("more than one empty line before the start line");
      }
    }
    bound(length);
    return false;
  }

  /** Bounds the head, of which bytes[0, index) have been seen. */
  private void bound(int index) throws Rejected {
    if (headers < 0) {
      if (index > line && !mayStart(bytes[line])) {
        throw Rejected.malformed("the first byte is not one of HTTP/1");
      }
      if (index - line > lineLimit + 1) {
        throw Rejected.with(414, "the request line is too long");
      }
    } else if (index - headers > headerLimit) {
      throw Rejected.with(431, "the header section is too large");
    }
  }

  private void fieldLine(int from, int to) throws Rejected {
    if (fieldCount == fieldLimit) {
      throw Rejected.with(431, "too many header fields");
    }
    int colon = name(from, to);
    int valueFrom = colon + 1;
    int valueTo = to;
    while (valueFrom < valueTo && isSpace(bytes[valueFrom])) {
      valueFrom++;
    }
    while (valueTo > valueFrom && isSpace(bytes[valueTo - 1])) {
      valueTo--;
    }
    HeaderConfusion.value(bytes, valueFrom, valueTo);
    int offset = fieldCount * OFFSETS;
    if (offset == fields.length) {
      fields = Arrays.copyOf(fields, Math.max(FIRST_FIELDS * OFFSETS, offset * 2));
    }
    fields[offset] = from;
    fields[offset + 1] = colon;
    fields[offset + 2] = valueFrom;
    fields[offset + 3] = valueTo;
    fieldCount++;
    field(from, colon, valueFrom, valueTo);
  }

  private static boolean isSpace(byte c) {
    return c == ' ' || c == '\t';
  }
}
