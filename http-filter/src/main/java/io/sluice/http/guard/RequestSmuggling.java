package io.sluice.http.guard;

/**
 * Refuses messages whose end two readers could see in different places (request smuggling, CL.TE,
 * TE.CL, TE.TE, CL.0).
 *
 * <p>RFC 9112 6.1-6.3; CVE-2019-20445, CVE-2022-41915, CVE-2026-42581, CVE-2026-89044. The RFC lets
 * a recipient repair some of these; a proxy that repairs has chosen one of two readings.
 */
public final class RequestSmuggling {
  private static final byte[] CHUNKED = Octets.ascii("chunked");

  private RequestSmuggling() {}

  /**
   * Reads a Content-Length: digits only, no leading zero, at most 2^63-1.
   *
   * @return the length in bytes
   */
  public static long contentLength(byte[] bytes, int from, int to) throws Rejected {
    if (from == to) {
      throw Rejected.malformed("Content-Length is empty");
    }
    if (to - from > 1 && bytes[from] == '0') {
      throw Rejected.malformed("Content-Length has leading zeros");
    }
    long length = 0;
    for (int i = from; i < to; i++) {
      if (!Octets.isDigit(bytes[i])) {
        throw Rejected.malformed("Content-Length is not a plain number");
      }
      int digit = bytes[i] - '0';
      if (length > (Long.MAX_VALUE - digit) / 10) {
        throw Rejected.malformed("Content-Length is beyond 2^63-1");
      }
      length = length * 10 + digit;
    }
    return length;
  }

  /**
   * Refuses a framing field whose value has more space around it than the one usual one: what
   * counts as space there has differed between readers.
   *
   * @param colon the index of the colon
   * @param from where the trimmed value starts
   * @param to where it ends
   */
  public static void padding(byte[] bytes, int colon, int from, int to) throws Rejected {
    int before = from - colon - 1;
    boolean usual = before == 0 || (before == 1 && bytes[colon + 1] == ' ');
    if (!usual || bytes[to] != '\r') {
      throw Rejected.malformed("a framing field has odd space around its value");
    }
  }

  /** Accepts {@code chunked} alone as a Transfer-Encoding. */
  public static void transferEncoding(byte[] bytes, int from, int to) throws Rejected {
    if (!Octets.equalsIgnoreCase(bytes, from, to, CHUNKED)) {
      throw Rejected.with(501, "Transfer-Encoding is not exactly chunked");
    }
  }

  /**
   * Refuses any combination of framing fields that is not one field, once.
   *
   * @param contentLengths how many Content-Length lines there are
   * @param transferEncodings how many Transfer-Encoding lines there are
   * @param http10 whether the message is of HTTP/1.0, which knows no Transfer-Encoding
   */
  public static void framing(int contentLengths, int transferEncodings, boolean http10)
      throws Rejected {
    if (contentLengths > 1) {
      throw Rejected.malformed("more than one Content-Length");
    }
    if (transferEncodings > 1) {
      throw Rejected.malformed("more than one Transfer-Encoding");
    }
    if (contentLengths > 0 && transferEncodings > 0) {
      throw Rejected.malformed("both Content-Length and Transfer-Encoding");
    }
    if (transferEncodings > 0 && http10) {
      throw Rejected.malformed("Transfer-Encoding in HTTP/1.0");
    }
  }
}
