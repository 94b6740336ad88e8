package io.sluice.http.guard;

import java.util.List;

/**
 * Refuses requests that use {@code Connection} to make a proxy remove fields that the server trusts
 * (RFC 9110 7.6.1, "hop-by-hop header abuse").
 */
public final class HopByHopAbuse {
  private static final List<byte[]> PROTECTED =
      List.of(
          Octets.ascii("host"),
          Octets.ascii("content-length"),
          Octets.ascii("transfer-encoding"),
          Octets.ascii("content-type"),
          Octets.ascii("content-encoding"),
          Octets.ascii("authorization"),
          Octets.ascii("cookie"),
          Octets.ascii("origin"),
          Octets.ascii("referer"),
          Octets.ascii("expect"),
          Octets.ascii("forwarded"),
          Octets.ascii("via"),
          Octets.ascii("x-real-ip"),
          Octets.ascii("cache-control"),
          Octets.ascii("connection"));
  private static final byte[] FORWARDED_PREFIX = Octets.ascii("x-forwarded-");

  /** Most names that all Connection fields of a request may list. */
  private static final int MAX_LISTED = 32;

  private HopByHopAbuse() {}

  /** Refuses more listed names than any use needs: each is looked for among the fields. */
  public static void count(int listed) throws Rejected {
    if (listed > MAX_LISTED) {
      throw Rejected.malformed("Connection lists too many names");
    }
  }

  /** Refuses a name listed in {@code Connection} that is never hop-by-hop. */
  public static void listed(byte[] bytes, int from, int to) throws Rejected {
    for (byte[] name : PROTECTED) {
      if (Octets.equalsIgnoreCase(bytes, from, to, name)) {
        throw Rejected.malformed("Connection lists a field that is not hop-by-hop");
      }
    }
    int prefix = from + FORWARDED_PREFIX.length;
    if (prefix <= to && Octets.equalsIgnoreCase(bytes, from, prefix, FORWARDED_PREFIX)) {
      throw Rejected.malformed("Connection lists a field that is not hop-by-hop");
    }
  }
}
