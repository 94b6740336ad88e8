package io.sluice.http.guard;

/**
 * Refuses answers whose number or end the client could see differently: bad status lines, interim
 * answers without end or with a body, bodies where none may be (RFC 9110 15, RFC 9112 6.3;
 * CVE-2026-42584).
 */
public final class ResponseSplitting {
  /** Most interim (1xx) answers to one request. */
  public static final int MAX_INTERIM = 16;

  private static final int NO_CONTENT = 204;

  private ResponseSplitting() {}

  /** Reads the three digits of a status, 100..999. */
  public static int status(byte[] bytes, int from) throws Rejected {
    int status = 0;
    for (int i = from; i < from + 3; i++) {
      if (!Octets.isDigit(bytes[i])) {
        throw Rejected.malformed("the status is not three digits");
      }
      status = status * 10 + (bytes[i] - '0');
    }
    if (status < 100) {
      throw Rejected.malformed("the status is below 100");
    }
    return status;
  }

  /**
   * Refuses body framing on an answer that has no body.
   *
   * @param contentLength its Content-Length, or -1
   * @param chunked whether it has a Transfer-Encoding
   */
  public static void bodiless(int status, long contentLength, boolean chunked) throws Rejected {
    boolean interim = status < 200;
    if ((interim && contentLength >= 0)
        || (status == NO_CONTENT && contentLength > 0)
        || ((interim || status == NO_CONTENT) && chunked)) {
      throw Rejected.malformed("an answer without a body announces one");
    }
  }

  /** Refuses more interim answers than any use needs, and any to a client of HTTP/1.0. */
  public static void interim(int count, boolean http10) throws Rejected {
    if (count > MAX_INTERIM || http10) {
      throw Rejected.malformed("too many interim answers");
    }
  }

  /** Refuses bytes of a server that no request asked for. */
  public static Rejected unasked() {
    return Rejected.malformed("the server sent bytes that no request asked for");
  }
}
