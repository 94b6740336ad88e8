package io.sluice.proxy.sniff;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** What the first bytes of a client can be the start of; told on the fewest bytes that decide. */
public enum FirstBytes {
  /** An HTTP/1 request: a method's character, or the one empty line that may come before it. */
  HTTP1("HTTP/1"),
  /** HTTP/2 with prior knowledge: its connection preface (RFC 9113, 3.4). */
  HTTP2("HTTP/2"),
  /** A TLS record that holds a handshake (RFC 8446, 5.1). */
  TLS("TLS"),
  /** None of these. */
  OTHER("unknown");

  // "PRI" is also a well-formed HTTP/1 method: the two part at the major version's digit.
  private static final byte[] PREFACE = "PRI * HTTP/2".getBytes(StandardCharsets.US_ASCII);
  private static final int TLS_HANDSHAKE = 22;
  private static final int TLS_MAJOR_VERSION = 3;

  private final String label;

  FirstBytes(String label) {
    this.label = label;
  }

  /** The protocol's name for people. */
  public String label() {
    return label;
  }

  /**
   * Tells what the readable bytes are the start of; leaves the buffer as it is.
   *
   * @return null if more bytes are needed; once it is not, more bytes never change it
   */
  public static @Nullable FirstBytes of(ByteBuf bytes) {
    int length = bytes.readableBytes();
    if (length == 0) {
      return null;
    }
    int start = bytes.readerIndex();
    int first = bytes.getByte(start);
    if (first == TLS_HANDSHAKE) {
      if (length == 1) {
        return null;
      }
      return bytes.getByte(start + 1) == TLS_MAJOR_VERSION ? TLS : OTHER;
    }
    if (!isTokenCharacter(first) && first != '\r') {
      return OTHER;
    }
    for (int i = 0; i < PREFACE.length; i++) {
      if (i == length) {
        return null;
      }
      if (bytes.getByte(start + i) != PREFACE[i]) {
        return HTTP1;
      }
    }
    return HTTP2;
  }

  /** RFC 9110, 5.6.2. */
  private static boolean isTokenCharacter(int c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || (c > 0 && "!#$%&'*+-.^_`|~".indexOf(c) >= 0);
  }
}
