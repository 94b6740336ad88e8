package io.sluice.http.codec;

import io.sluice.http.guard.Octets;
import io.sluice.http.guard.Rejected;

/** Walks over a comma-separated list of tokens (RFC 9110 5.6.1); anything else in it is refused. */
final class ListTokens {
  private final byte[] bytes;
  private final int end;
  private int from;
  private int to;

  ListTokens(byte[] bytes, int from, int end) {
    this.bytes = bytes;
    this.to = from - 1;
    this.end = end;
  }

  /** Goes on to the next token; false at the end. */
  boolean next() throws Rejected {
    int i = to + 1;
    while (i < end && (bytes[i] == ' ' || bytes[i] == '\t' || bytes[i] == ',')) {
      i++;
    }
    if (i >= end) {
      return false;
    }
    from = i;
    while (i < end && Octets.isToken(bytes[i])) {
      i++;
    }
    int last = i;
    while (i < end && (bytes[i] == ' ' || bytes[i] == '\t')) {
      i++;
    }
    if (last == from || (i < end && bytes[i] != ',')) {
      throw Rejected.malformed("Connection is not a list of tokens");
    }
    to = last;
    return true;
  }

  int from() {
    return from;
  }

  int to() {
    return to;
  }
}
