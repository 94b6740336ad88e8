package io.sluice.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The table, in Markdown that reads as plain text as well, with the ratios and the aims.
 *
 * @param rows one of each contender
 * @param plan how they were measured
 * @param lostFlows the most flow records that a sample lost
 * @param stolen the largest share of time that the machine's host took away during a sample
 */
record Report(List<Summary> rows, Plan plan, long lostFlows, double stolen) {
  private static final double STOLEN_TOO_MUCH = 0.01;

  String markdown() {
    StringBuilder text = new StringBuilder("# Sluice and its peers behind the same steering\n\n");
    text.append(
        String.format(
            Locale.ROOT,
            """
            wrk, 1 thread, 32 keep-alive connections, answers of %,d bytes from nginx; client pod, node
            and server pod are network namespaces on the same %d CPUs. Medians of %d rounds in turn: %d s of
            warm-up, %d s flat out, %d s at %,d requests/s measured from the moment each was due.

            """,
            plan.answerBytes(),
            Runtime.getRuntime().availableProcessors(),
            plan.rounds(),
            plan.warmUpSeconds(),
            plan.seconds(),
            plan.seconds(),
            plan.rate()));
    text.append(Table.of(figures())).append('\n');
    List<List<String>> ratios = ratios();
    if (ratios.size() > 1) {
      text.append(Table.of(ratios)).append('\n');
    }
    text.append(aims());
    if (lostFlows > 0) {
      text.append(
          String.format(
              Locale.ROOT, "\nSluice lost up to %,d flow records in a run.\n", lostFlows));
    }
    if (stolen > STOLEN_TOO_MUCH) {
      text.append(
          String.format(
              Locale.ROOT,
              "\n**Unreliable: the machine's host took %.1f %% of the CPU time in a sample.**\n",
              stolen * 100));
    }
    return text.toString();
  }

  private List<List<String>> figures() {
    List<List<String>> table = new ArrayList<>();
    table.add(
        List.of(
            "",
            "requests/s",
            "min - max",
            "CPU/request",
            "p50 at rate",
            "p99 at rate",
            "CPU/request at rate",
            "RSS",
            "PSS"));
    for (Summary row : rows) {
      table.add(
          List.of(
              row.name(),
              Table.number("%,.0f", row.requestsPerSecond()),
              Table.number("%,.0f", row.slowestRound())
                  + " - "
                  + Table.number("%,.0f", row.fastestRound()),
              Table.number("%.1f us", row.cpuMicros()),
              Table.number("%.0f us", row.p50()),
              Table.number("%.0f us", row.p99()),
              Table.number("%.1f us", row.cpuMicrosAtRate()),
              Table.number("%.0f MiB", row.residentMib()),
              Table.number("%.0f MiB", row.proportionalMib())));
    }
    return table;
  }

  private List<List<String>> ratios() {
    List<List<String>> table = new ArrayList<>();
    table.add(List.of("ratio", "requests/s", "CPU/request", "p50", "p99", "RSS"));
    for (int i = 0; i < rows.size(); i++) {
      Summary row = rows.get(i);
      if (row.name().startsWith("Sluice")) {
        rows.subList(0, i).forEach(peer -> table.add(ratio(row, peer)));
      }
    }
    return table;
  }

  private static List<String> ratio(Summary row, Summary peer) {
    return List.of(
        row.name() + " / " + peer.name(),
        Table.number("%.2f", row.requestsPerSecond() / peer.requestsPerSecond()),
        Table.number("%.2f", row.cpuMicros() / peer.cpuMicros()),
        Table.number("%.2f", row.p50() / peer.p50()),
        Table.number("%.2f", row.p99() / peer.p99()),
        Table.number("%.2f", row.residentMib() / peer.residentMib()));
  }

  private String aims() {
    Optional<Summary> ours = row("Sluice, 1 rule");
    Optional<Summary> shortCut = row("Sluice, 1 rule, short-cut");
    Optional<Summary> many = row("Sluice, 1,000 rules");
    Optional<Summary> envoy = row("Envoy 1.40");
    Optional<Summary> haproxy = row("HAProxy 2.6");
    Optional<Summary> same = row("HAProxy 2.6, short-cut");
    if (Stream.of(ours, shortCut, many, envoy, haproxy, same).anyMatch(Optional::isEmpty)) {
      return "";
    }
    Summary us = ours.get();
    return atLeast(3, "at least 3 x Envoy's requests/s", us, envoy.get())
        + atMost(1 / 3.0, "at most 1/3 of Envoy's CPU per request", us, envoy.get())
        + atLeast(1, "HAProxy's requests/s", us, haproxy.get())
        + atMost(1, "HAProxy's CPU per request", us, haproxy.get())
        + atLeast(1, "HAProxy's requests/s, both with the short-cut", shortCut.get(), same.get())
        + atMost(
            1, "HAProxy's CPU per request, both with the short-cut", shortCut.get(), same.get())
        + atMost(1.05, "the same CPU per request at 1,000 rules (within 5 %)", many.get(), us);
  }

  private static String atLeast(double limit, String what, Summary row, Summary than) {
    return aim(what, row.requestsPerSecond() / than.requestsPerSecond(), true, limit);
  }

  private static String atMost(double limit, String what, Summary row, Summary than) {
    return aim(what, row.cpuMicros() / than.cpuMicros(), false, limit);
  }

  private static String aim(String what, double ratio, boolean atLeast, double limit) {
    boolean met = atLeast ? ratio >= limit : ratio <= limit;
    return String.format(
        Locale.ROOT, "- aim, %s: %s (%.2f)%n", what, met ? "met" : "NOT met", ratio);
  }

  private Optional<Summary> row(String name) {
    return rows.stream().filter(row -> row.name().equals(name)).findFirst();
  }
}
