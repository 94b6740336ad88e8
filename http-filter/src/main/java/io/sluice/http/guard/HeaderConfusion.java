package io.sluice.http.guard;

/**
 * Refuses header lines that readers split or name differently.
 *
 * <p>Space before the colon (RFC 9112 5.1, CVE-2019-16869), folded lines (RFC 9112 5.2), no or an
 * empty name (CVE-2019-20444, CVE-2023-25725), control bytes in values (CVE-2019-9900), underscores
 * that CGI-like servers read as hyphens, and HTTP/2 pseudo names, which are no tokens.
 */
public final class HeaderConfusion {
  private HeaderConfusion() {}

  /**
   * Checks the name of a request's header line.
   *
   * @return the index of the colon
   */
  public static int requestName(byte[] bytes, int from, int to) throws Rejected {
    return name(bytes, from, to, true);
  }

  /** As {@link #requestName}, for a response: an underscore changes no decision there. */
  public static int responseName(byte[] bytes, int from, int to) throws Rejected {
    return name(bytes, from, to, false);
  }

  private static int name(byte[] bytes, int from, int to, boolean request) throws Rejected {
    for (int i = from; i < to; i++) {
      byte c = bytes[i];
      if (c == ':') {
        if (i == from) {
          throw Rejected.malformed("a header name is empty");
        }
        return i;
      }
      if (!Octets.isToken(c)) {
        throw Rejected.malformed(
            i == from && (c == ' ' || c == '\t')
                ? "a header line is folded or starts with space"
                : "a header name has a forbidden byte");
      }
      if (request && c == '_') {
        throw Rejected.malformed("a header name has an underscore");
      }
    }
    throw Rejected.malformed("a header line has no colon");
  }

  /** Checks a value, which may hold visible bytes, spaces, tabs and opaque bytes from 0x80 up. */
  public static void value(byte[] bytes, int from, int to) throws Rejected {
    for (int i = from; i < to; i++) {
      if (!Octets.isFieldValue(bytes[i])) {
        throw Rejected.malformed("a header value has a control byte");
      }
    }
  }
}
