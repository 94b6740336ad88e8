package io.sluice.http.codec;

import io.sluice.http.guard.Octets;
import io.sluice.proxy.spi.HttpRecord;
import java.util.function.BiConsumer;

/** An immutable, checked head of a message: one array and offsets; strings are made when asked. */
public abstract sealed class Head implements HttpRecord permits RequestHead, ResponseHead {
  private static final int OFFSETS = 4;

  private final byte[] bytes;
  private final int start;
  private final int end;
  private final int[] fields;
  private final int fieldCount;

  Head(HeadParser parser) {
    this.bytes = parser.bytes;
    this.start = parser.start;
    this.end = parser.end;
    this.fields = parser.fields;
    this.fieldCount = parser.fieldCount;
  }

  Head(Head other) {
    this.bytes = other.bytes;
    this.start = other.start;
    this.end = other.end;
    this.fields = other.fields;
    this.fieldCount = other.fieldCount;
  }

  /** The array that all offsets are about; never written to again. */
  public final byte[] bytes() {
    return bytes;
  }

  /** Where the head starts in {@link #bytes}. */
  public final int start() {
    return start;
  }

  /** How many bytes the head has on the wire, with its final empty line. */
  public final int wireLength() {
    return end - start;
  }

  /** How many field lines there are. */
  public final int fieldCount() {
    return fieldCount;
  }

  /** Whether the field with this index has this lower-case name. */
  public final boolean isNamed(int field, byte[] lowerName) {
    int offset = field * OFFSETS;
    return Octets.equalsIgnoreCase(bytes, fields[offset], fields[offset + 1], lowerName);
  }

  /** Where the line of the field with this index starts, which is where its name does. */
  public final int nameFrom(int field) {
    return fields[field * OFFSETS];
  }

  /** Where the value of the field with this index starts. */
  public final int valueFrom(int field) {
    return fields[field * OFFSETS + 2];
  }

  /** Where the value of the field with this index ends. */
  public final int valueTo(int field) {
    return fields[field * OFFSETS + 3];
  }

  @Override
  public int length() {
    return bytes.length + fields.length * Integer.BYTES;
  }

  /** Gives each header line in order as it is on the wire, secrets included: not for records. */
  public final void lines(BiConsumer<String, String> each) {
    for (int i = 0; i < fieldCount; i++) {
      each.accept(name(i), value(i));
    }
  }

  @Override
  public void headers(BiConsumer<String, String> each) {
    lines(each);
  }

  final String name(int field) {
    return text(fields[field * OFFSETS], fields[field * OFFSETS + 1]);
  }

  final String value(int field) {
    return text(fields[field * OFFSETS + 2], fields[field * OFFSETS + 3]);
  }

  final String text(int from, int to) {
    return Octets.text(bytes, from, to);
  }
}
