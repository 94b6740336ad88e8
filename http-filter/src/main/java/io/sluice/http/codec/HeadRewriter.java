package io.sluice.http.codec;

import io.sluice.http.guard.Octets;
import io.sluice.http.guard.Rejected;
import java.io.ByteArrayOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * Writes a request's head anew with its canonical target and without what must not go on: the
 * fields that {@code Connection} names, and upgrades to anything but WebSocket. All other lines
 * stay as they came.
 */
final class HeadRewriter {
  private final RequestParser head;
  private final byte @Nullable [] target;

  HeadRewriter(RequestParser head, byte @Nullable [] target) {
    this.head = head;
    this.target = target;
  }

  /** Whether a field is present that Connection names and that is stripped for it. */
  boolean strips() throws Rejected {
    for (int i = 0; i < head.fieldCount; i++) {
      if (isListed(i)) {
        return true;
      }
    }
    return false;
  }

  byte[] rewrite() throws Rejected {
    byte[] bytes = head.bytes;
    ByteArrayOutputStream out = new ByteArrayOutputStream(head.end - head.start);
    out.write(bytes, head.start, head.targetFrom - head.start);
    out.writeBytes(target != null ? target : head.target());
    int line = head.fieldCount == 0 ? head.end - 2 : head.fields[0];
    out.write(bytes, head.targetTo, line - head.targetTo);
    for (int i = 0; i < head.fieldCount; i++) {
      int from = head.fields[i * 4];
      int to = i + 1 < head.fieldCount ? head.fields[(i + 1) * 4] : head.end - 2;
      if (isNamed(i, RequestParser.CONNECTION)) {
        connection(i, out);
      } else if (!isStripped(i)) {
        out.write(bytes, from, to - from);
      }
    }
    out.write('\r');
    out.write('\n');
    return out.toByteArray();
  }

  private boolean isStripped(int field) throws Rejected {
    return (!head.upgrade && isNamed(field, RequestParser.UPGRADE))
        || isNamed(field, RequestParser.HTTP2_SETTINGS)
        || isListed(field);
  }

  private void connection(int field, ByteArrayOutputStream out) throws Rejected {
    byte[] bytes = head.bytes;
    ListTokens tokens =
        new ListTokens(bytes, head.fields[field * 4 + 2], head.fields[field * 4 + 3]);
    boolean any = false;
    while (tokens.next()) {
      int from = tokens.from();
      int to = tokens.to();
      boolean upgrade = Octets.equalsIgnoreCase(bytes, from, to, RequestParser.UPGRADE);
      if (upgrade ? head.upgrade : RequestParser.isOption(bytes, from, to)) {
        out.writeBytes(Octets.ascii(any ? ", " : "Connection: "));
        out.write(bytes, from, to - from);
        any = true;
      }
    }
    if (any) {
      out.write('\r');
      out.write('\n');
    }
  }

  private boolean isNamed(int field, byte[] name) {
    return Octets.equalsIgnoreCase(
        head.bytes, head.fields[field * 4], head.fields[field * 4 + 1], name);
  }

  private boolean isListed(int field) throws Rejected {
    int nameFrom = head.fields[field * 4];
    int nameTo = head.fields[field * 4 + 1];
    if (RequestParser.isOption(head.bytes, nameFrom, nameTo)) {
      return false;
    }
    for (int i = 0; i < head.fieldCount; i++) {
      if (!isNamed(i, RequestParser.CONNECTION)) {
        continue;
      }
      ListTokens tokens =
          new ListTokens(head.bytes, head.fields[i * 4 + 2], head.fields[i * 4 + 3]);
      while (tokens.next()) {
        if (sameName(nameFrom, nameTo, tokens.from(), tokens.to())) {
          return true;
        }
      }
    }
    return false;
  }

  private boolean sameName(int from, int to, int otherFrom, int otherTo) {
    if (to - from != otherTo - otherFrom) {
      return false;
    }
    for (int i = 0; i < to - from; i++) {
      if (Octets.lower(head.bytes[from + i]) != Octets.lower(head.bytes[otherFrom + i])) {
        return false;
      }
    }
    return true;
  }
}
