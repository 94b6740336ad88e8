package io.sluice.app.packet;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * One packet that opens something between a pod and a place, and what has to become of it.
 *
 * @param rule what selects the pod
 * @param place where the other side stands
 * @param outgoing whether the pod sends it
 * @param wire what it is
 * @param v6 whether over IPv6
 * @param port its destination port; 0 for a ping
 * @param expected what has to become of it
 * @param id its source port or, of a ping, its id: no other cell of the family has it
 */
record Cell(
    Rule rule,
    Place place,
    boolean outgoing,
    Wire wire,
    boolean v6,
    int port,
    Expected expected,
    int id) {
  private static final int FIRST_ID = 20_000;
  private static final int PLACES_BEGIN = 2;

  /** What becomes of a packet; behind the slash what would without audit. */
  enum Expected {
    PASS("pass"),
    DROP("drop"),
    DENY("deny"),
    PASS_WOULD_DROP("pass/drop"),
    PASS_WOULD_DENY("pass/deny"),
    DROP_WOULD_PASS("drop/pass");

    final String word;

    Expected(String word) {
      this.word = word;
    }

    boolean passes() {
      return word.startsWith("pass");
    }

    static Expected of(String word) {
      return Arrays.stream(values()).filter(e -> e.word.equals(word)).findFirst().orElseThrow();
    }
  }

  /**
   * All cells of a family that a table stands for: its columns are the rule, the port ({@code
   * ping}, or a number for TCP, UDP and SCTP alike), then the places; the last two are the node as
   * the one that opens, and as the one that the pod opens something to.
   */
  static List<Cell> all(String table, boolean v6) {
    List<Cell> cells = new ArrayList<>();
    for (String line : table.lines().skip(1).toList()) {
      String[] words = line.strip().split(" +", -1);
      Rule rule = Rule.valueOf(words[0].toUpperCase(Locale.ROOT).replace('-', '_'));
      boolean ping = words[1].equals("ping");
      for (Wire wire : Wire.values()) {
        if (ping == (wire == Wire.PING)) {
          for (boolean outgoing : new boolean[] {false, true}) {
            for (Place place : Place.values()) {
              boolean toNode = place == Place.NODE && outgoing;
              String word = words[PLACES_BEGIN + place.ordinal() + (toNode ? 1 : 0)];
              cells.add(
                  new Cell(
                      rule,
                      place,
                      outgoing,
                      wire,
                      v6,
                      ping ? 0 : Integer.parseInt(words[1]),
                      Expected.of(word),
                      FIRST_ID + cells.size()));
            }
          }
        }
      }
    }
    return cells;
  }

  @Override
  public String toString() {
    return "%s %s%s %s %s %s"
        .formatted(
            v6 ? "IPv6" : "IPv4",
            wire,
            port == 0 ? "" : " " + port,
            rule.title(),
            outgoing ? "to" : "from",
            place.name().toLowerCase(Locale.ROOT).replace('_', ' '));
  }
}
