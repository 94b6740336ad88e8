package io.sluice.http.guard;

/**
 * Refuses authorities that name more than one host to different readers: userinfo, lists, path
 * characters, zones, ports that are no numbers (RFC 9110 4.2.4 and 7.2; CVE-2021-39155).
 */
public final class HostConfusion {
  private static final int MAX_PORT = 65535;
  private static final int MAX_HOST = 255;

  private HostConfusion() {}

  /** Refuses a request that names its host never or more than once (RFC 9112 3.2). */
  public static void count(int hostFields, boolean http10) throws Rejected {
    if (hostFields > 1) {
      throw Rejected.malformed("more than one Host");
    }
    if (hostFields == 0 && !http10) {
      throw Rejected.malformed("no Host in HTTP/1.1");
    }
  }

  /**
   * Checks {@code host [":" port]}.
   *
   * @return the index of the port's colon, or {@code to} if there is no port
   */
  public static int check(byte[] bytes, int from, int to) throws Rejected {
    int end = from < to && bytes[from] == '[' ? literal(bytes, from, to) : name(bytes, from, to);
    if (end == to) {
      return to;
    }
    if (bytes[end] != ':') {
      throw bad();
    }
    port(bytes, end + 1, to);
    return end;
  }

  private static int name(byte[] bytes, int from, int to) throws Rejected {
    int label = from;
    int i = from;
    for (; i < to && bytes[i] != ':'; i++) {
      byte c = bytes[i];
      if (c == '.') {
        if (i == label) {
          throw bad();
        }
        label = i + 1;
      } else if (!Octets.isUnreserved(c)) {
        throw bad();
      }
    }
    if (i == from || i - from > MAX_HOST) {
      throw bad();
    }
    return i;
  }

  // Zones (%25eth0) have a meaning on one machine only, so they are refused with the other bytes.
  private static int literal(byte[] bytes, int from, int to) throws Rejected {
    int colons = 0;
    for (int i = from + 1; i < to; i++) {
      byte c = bytes[i];
      if (c == ']') {
        if (colons < 2 || i - from > 46) {
          throw bad();
        }
        return i + 1;
      }
      if (c == ':') {
        colons++;
      } else if (c != '.' && Octets.hexValue(c) < 0) {
        throw bad();
      }
    }
    throw bad();
  }

  private static void port(byte[] bytes, int from, int to) throws Rejected {
    int port = 0;
    for (int i = from; i < to; i++) {
      if (!Octets.isDigit(bytes[i])) {
        throw bad();
      }
      port = port * 10 + (bytes[i] - '0');
      if (port == 0 || port > MAX_PORT) {
        throw bad();
      }
    }
    if (from == to) {
      throw bad();
    }
  }

  private static Rejected bad() {
    return Rejected.malformed("the host is not a plain host with an optional port");
  }
}
