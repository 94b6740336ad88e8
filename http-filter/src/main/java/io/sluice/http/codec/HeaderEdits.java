package io.sluice.http.codec;

import io.netty.buffer.Unpooled;
import io.sluice.http.guard.Octets;
import io.sluice.http.guard.Rejected;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Changes the header fields of one request, one change after the other, each on what those before
 * it have left; the request itself stays as it is. Remembers what its flow must say about them.
 */
public final class HeaderEdits {
  /** What stands in a record for a value that nobody may see. */
  static final String REDACTED = "<redacted>";

  private final RequestHead head;
  private final List<byte[]> secrets;
  private final BitSet removed = new BitSet();
  private final List<Added> added = new ArrayList<>();
  private final List<HeaderNotes.Field> missing = new ArrayList<>();
  private final List<HeaderNotes.Field> rejected = new ArrayList<>();

  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Added(String name, byte[] lowerName, byte[] value) {}

  /**
   * Starts with the request as it is.
   *
   * @param secrets lower-case names of fields whose values no record may show
   */
  public HeaderEdits(RequestHead head, List<byte[]> secrets) {
    this.head = head;
    this.secrets = secrets;
  }

  /**
   * Whether the field is there, and if a value is wanted, each of its lines has it.
   *
   * @param wanted null: any value
   */
  public boolean matches(byte[] lowerName, byte @Nullable [] wanted) {
    boolean present = false;
    for (int i = 0; i < head.fieldCount(); i++) {
      if (!removed.get(i) && head.isNamed(i, lowerName)) {
        present = true;
        if (wanted != null
            && !Octets.sameSecret(head.bytes(), head.valueFrom(i), head.valueTo(i), wanted)) {
          return false;
        }
      }
    }
    for (Added line : added) {
      if (Octets.equalsIgnoreCase(line.lowerName, 0, line.lowerName.length, lowerName)) {
        present = true;
        if (wanted != null && !Octets.sameSecret(line.value, 0, line.value.length, wanted)) {
          return false;
        }
      }
    }
    return present;
  }

  /** Has the flow say that a field with this value was wanted. */
  public void noteMissing(String name, byte[] lowerName, byte[] value) {
    missing.add(field(name, lowerName, value, 0, value.length));
  }

  /**
   * Adds a line behind all others.
   *
   * @param value only bytes that a field value may have
   */
  public void add(String name, byte[] lowerName, byte[] value) {
    added.add(new Added(name, lowerName, value));
  }

  /** Removes all lines of a field, and has the flow say which of the client's. */
  public void remove(String name, byte[] lowerName) {
    for (int i = 0; i < head.fieldCount(); i++) {
      if (!removed.get(i) && head.isNamed(i, lowerName)) {
        removed.set(i);
        rejected.add(field(name, lowerName, head.bytes(), head.valueFrom(i), head.valueTo(i)));
      }
    }
    added.removeIf(
        line -> Octets.equalsIgnoreCase(line.lowerName, 0, line.lowerName.length, lowerName));
  }

  private HeaderNotes.Field field(String name, byte[] lowerName, byte[] bytes, int from, int to) {
    for (byte[] secret : secrets) {
      if (Octets.equalsIgnoreCase(secret, 0, secret.length, lowerName)) {
        return new HeaderNotes.Field(name, REDACTED);
      }
    }
    return new HeaderNotes.Field(name, Octets.text(bytes, from, to));
  }

  /** The request with all changes, parsed anew; the same object if there is nothing to say. */
  public RequestHead done() {
    RequestHead changed = removed.isEmpty() && added.isEmpty() ? head : changed();
    return missing.isEmpty() && rejected.isEmpty() && secrets.isEmpty()
        ? changed
        : changed.noted(new HeaderNotes(List.copyOf(missing), List.copyOf(rejected), secrets));
  }

  private RequestHead changed() {
    byte[] bytes = head.bytes();
    int end = head.start() + head.wireLength() - 2; // where the empty line starts
    int from = head.fieldCount() == 0 ? end : head.nameFrom(0);
    ByteArrayOutputStream out = new ByteArrayOutputStream(head.wireLength());
    out.write(bytes, head.start(), from - head.start());
    for (int i = 0; i < head.fieldCount(); i++) {
      int next = i + 1 < head.fieldCount() ? head.nameFrom(i + 1) : end;
      if (!removed.get(i)) {
        out.write(bytes, from, next - from);
      }
      from = next;
    }
    for (Added line : added) {
      out.writeBytes(Octets.ascii(line.name + ": "));
      out.writeBytes(line.value);
      out.writeBytes(Octets.ascii("\r\n"));
    }
    out.writeBytes(Octets.ascii("\r\n"));
    try {
      return RequestParser.again(Unpooled.wrappedBuffer(out.toByteArray()));
    } catch (Rejected impossible) {
      throw new IllegalStateException("a changed header has no reading", impossible);
    }
  }
}
