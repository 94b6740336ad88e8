package io.sluice.http.guard;

/**
 * Refuses chunk lines that readers end or count differently ("funky chunks", CVE-2025-58056,
 * CVE-2026-33870): the size is 1 to 16 hexadecimal digits and below 2^63, extensions are bounded
 * tokens and quoted strings without line ends, and are not forwarded (RFC 9112 7.1).
 */
public final class ChunkSmuggling {
  /** Most digits of a chunk size. */
  public static final int MAX_DIGITS = 16;

  /** Most bytes of all extensions of one chunk. */
  public static final int MAX_EXTENSION = 1024;

  private ChunkSmuggling() {}

  /** Adds a digit to a chunk size; negative results are sizes beyond 2^63-1. */
  public static long size(long before, int digits, byte digit) throws Rejected {
    if (digits > MAX_DIGITS) {
      throw Rejected.malformed("a chunk size has more than 16 digits");
    }
    long size = before << 4 | Octets.hexValue(digit);
    if (size < 0) {
      throw Rejected.malformed("a chunk size is beyond 2^63-1");
    }
    return size;
  }

  /** Refuses whatever else stands where a chunk's size, extension or line end should be. */
  public static Rejected line() {
    return Rejected.malformed("a chunk line is not a size, extensions and CR LF");
  }

  /** Refuses chunk data that is not followed by CR LF. */
  public static Rejected spill() {
    return Rejected.malformed("chunk data is not followed by CR LF");
  }
}
