package io.sluice.http.guard;

import java.util.List;

/**
 * Refuses trailers that a server could merge into the headers that were judged: framing, routing,
 * credentials and control (RFC 9110 6.5.1).
 */
public final class TrailerSmuggling {
  private static final List<byte[]> FORBIDDEN =
      List.of(
          Octets.ascii("content-length"),
          Octets.ascii("transfer-encoding"),
          Octets.ascii("host"),
          Octets.ascii("trailer"),
          Octets.ascii("te"),
          Octets.ascii("connection"),
          Octets.ascii("keep-alive"),
          Octets.ascii("proxy-connection"),
          Octets.ascii("upgrade"),
          Octets.ascii("expect"),
          Octets.ascii("authorization"),
          Octets.ascii("proxy-authorization"),
          Octets.ascii("cookie"),
          Octets.ascii("set-cookie"),
          Octets.ascii("content-type"),
          Octets.ascii("content-encoding"),
          Octets.ascii("content-range"),
          Octets.ascii("cache-control"),
          Octets.ascii("max-forwards"),
          Octets.ascii("range"));

  private TrailerSmuggling() {}

  /** Refuses a trailer's name that must not be one. */
  public static void name(byte[] bytes, int from, int to) throws Rejected {
    for (byte[] name : FORBIDDEN) {
      if (Octets.equalsIgnoreCase(bytes, from, to, name)) {
        throw Rejected.malformed("a trailer has a name that is forbidden there");
      }
    }
  }
}
