package io.sluice.app.judge;

import java.util.Locale;
import java.util.Map;

/** The records that DNS questions ask for, by their names. */
final class RecordTypes {
  private static final int LAST = 65_535;

  private static final Map<String, Integer> NUMBERS =
      Map.ofEntries(
          Map.entry("A", 1),
          Map.entry("NS", 2),
          Map.entry("CNAME", 5),
          Map.entry("SOA", 6),
          Map.entry("PTR", 12),
          Map.entry("MX", 15),
          Map.entry("TXT", 16),
          Map.entry("AAAA", 28),
          Map.entry("SRV", 33),
          Map.entry("NAPTR", 35),
          Map.entry("DS", 43),
          Map.entry("DNSKEY", 48),
          Map.entry("SVCB", 64),
          Map.entry("HTTPS", 65),
          Map.entry("ANY", 255),
          Map.entry("CAA", 257));

  private RecordTypes() {}

  /**
   * The number of a type by its name, or by {@code TYPE65} (RFC 3597, section 5).
   *
   * @throws QuestionException if there is none of that name
   */
  static int number(String text) throws QuestionException {
    String name = text.toUpperCase(Locale.ROOT);
    Integer number = NUMBERS.get(name);
    if (number == null && name.startsWith("TYPE")) {
      number = Traffic.number(name.substring("TYPE".length()), LAST);
    }
    if (number == null || number < 0) {
      throw new QuestionException(
          "dns", "expected the type of a record, such as A or TYPE65, found \"" + text + "\"");
    }
    return number;
  }

  /** The same of a type that was checked before. */
  static int known(String text) {
    try {
      return number(text);
    } catch (QuestionException unknown) {
      throw new IllegalStateException(unknown);
    }
  }
}
