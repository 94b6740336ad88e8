package io.sluice.http.guard;

/**
 * Refuses lines that don't end in CR LF: a bare LF or CR is a line end to some readers and data to
 * others (RFC 9112 2.2).
 */
public final class LineConfusion {
  private LineConfusion() {}

  /**
   * Checks the end of a line; CRs elsewhere are refused with the other control bytes.
   *
   * @param bytes holds the line
   * @param line the index of its first byte
   * @param lf the index of its LF
   * @return the index of its CR, the end of its content
   */
  public static int end(byte[] bytes, int line, int lf) throws Rejected {
    if (lf == line || bytes[lf - 1] != '\r') {
      throw Rejected.malformed("a line ends in a bare LF");
    }
    return lf - 1;
  }
}
