package io.sluice.dns.codec;

import java.util.Map;

/** The mnemonics of record types, as registered. */
public final class RecordType {
  private static final Map<Integer, String> NAMES =
      Map.ofEntries(
          Map.entry(1, "A"),
          Map.entry(2, "NS"),
          Map.entry(5, "CNAME"),
          Map.entry(6, "SOA"),
          Map.entry(12, "PTR"),
          Map.entry(15, "MX"),
          Map.entry(16, "TXT"),
          Map.entry(28, "AAAA"),
          Map.entry(33, "SRV"),
          Map.entry(35, "NAPTR"),
          Map.entry(39, "DNAME"),
          Map.entry(43, "DS"),
          Map.entry(46, "RRSIG"),
          Map.entry(47, "NSEC"),
          Map.entry(48, "DNSKEY"),
          Map.entry(50, "NSEC3"),
          Map.entry(52, "TLSA"),
          Map.entry(64, "SVCB"),
          Map.entry(65, "HTTPS"),
          Map.entry(251, "IXFR"),
          Map.entry(252, "AXFR"),
          Map.entry(255, "ANY"),
          Map.entry(257, "CAA"));

  private RecordType() {}

  /** The mnemonic of a type; {@code TYPE4711} of one without (RFC 3597, 5). */
  public static String name(int type) {
    String known = NAMES.get(type);
    return known == null ? "TYPE" + type : known;
  }
}
