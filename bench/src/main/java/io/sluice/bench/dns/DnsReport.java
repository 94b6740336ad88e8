package io.sluice.bench.dns;

import io.sluice.bench.Table;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/**
 * The tables, in Markdown that reads as plain text as well, with the aims.
 *
 * @param samples of all rounds
 * @param contenders in the order of the table
 * @param rates in the order of the table, {@link DnsSample#FLAT_OUT} among them
 * @param growth what a million new names did to the agent; may be empty
 */
record DnsReport(
    List<DnsSample> samples,
    List<String> contenders,
    List<Integer> rates,
    List<Growth.Reading> growth) {
  private static final int AIM_RATE = 10_000;
  private static final double STOLEN_TOO_MUCH = 0.01;

  String markdown() {
    StringBuilder text = new StringBuilder("# Names through Sluice and its peers\n\n");
    text.append(Table.of(figures())).append('\n').append(aims());
    if (!growth.isEmpty()) {
      text.append('\n').append(Table.of(memory()));
    }
    long lostFlows = samples.stream().mapToLong(DnsSample::lostFlows).max().orElse(0);
    if (lostFlows > 0) {
      text.append(String.format(Locale.ROOT, "%nSluice lost up to %,d flow records.%n", lostFlows));
    }
    double stolen = samples.stream().mapToDouble(DnsSample::stolen).max().orElse(0);
    if (stolen > STOLEN_TOO_MUCH) {
      text.append(
          String.format(
              Locale.ROOT,
              "%n**Unreliable: the machine's host took %.1f %% of the CPU time in a sample.**%n",
              stolen * 100));
    }
    return text.toString();
  }

  private List<List<String>> figures() {
    List<List<String>> table = new ArrayList<>();
    table.add(
        List.of("", "offered", "answers/s", "p50", "p99", "added p50", "added p99", "CPU", "lost"));
    for (int rate : rates) {
      for (String contender : contenders) {
        table.add(
            List.of(
                contender,
                rate == DnsSample.FLAT_OUT ? "flat out" : String.format(Locale.ROOT, "%,d", rate),
                Table.number("%,.0f", median(contender, rate, DnsSample::perSecond)),
                Table.number("%,.0f us", median(contender, rate, DnsSample::p50)),
                Table.number("%,.0f us", median(contender, rate, DnsSample::p99)),
                Table.number("%,.0f us", added(contender, rate, DnsSample::p50)),
                Table.number("%,.0f us", added(contender, rate, DnsSample::p99)),
                Table.number("%.1f us", median(contender, rate, DnsSample::cpuMicros)),
                String.format(Locale.ROOT, "%,d", lost(contender, rate))));
      }
    }
    return table;
  }

  private List<List<String>> memory() {
    List<List<String>> table = new ArrayList<>();
    table.add(List.of("names, all new", "RSS", "live heap", "answers/s", "p99", "CPU", "lost"));
    for (Growth.Reading reading : growth) {
      table.add(
          List.of(
              String.format(Locale.ROOT, "%,d", reading.names()),
              Table.number("%.0f MiB", reading.residentMib()),
              Table.number("%.1f MiB", reading.liveMib()),
              Table.number("%,.0f", reading.perSecond()),
              Table.number("%,.0f us", reading.p99()),
              Table.number("%.1f us", reading.cpuMicros()),
              String.format(Locale.ROOT, "%,d", reading.lost())));
    }
    return table;
  }

  private String aims() {
    StringBuilder text = new StringBuilder();
    String ours = Hop.Sluice.NAME;
    if (!contenders.contains(ours)) {
      return "";
    }
    if (rates.contains(AIM_RATE) && contenders.contains(Hop.Direct.NAME)) {
      aim(text, "added p50 at 10,000/s, us", added(ours, AIM_RATE, DnsSample::p50), false, 50);
      aim(text, "added p99 at 10,000/s, us", added(ours, AIM_RATE, DnsSample::p99), false, 1_000);
    }
    String cilium = Hop.Peer.CILIUM;
    if (!contenders.contains(cilium)) {
      return text.toString();
    }
    for (int rate : rates) {
      boolean flatOut = rate == DnsSample.FLAT_OUT;
      if (flatOut) {
        double answers = ratio(ours, cilium, rate, DnsSample::perSecond);
        aim(text, "times Cilium's answers/s flat out", answers, true, 3);
      }
      String at = flatOut ? "flat out" : String.format(Locale.ROOT, "at %,d/s", rate);
      double cpu = ratio(ours, cilium, rate, DnsSample::cpuMicros);
      aim(text, "of Cilium's CPU for each answer " + at, cpu, false, 1 / 3.0);
    }
    return text.toString();
  }

  private static void aim(
      StringBuilder text, String what, double got, boolean atLeast, double limit) {
    text.append(
        String.format(
            Locale.ROOT,
            "- aim, %s %.2f %s: %s (%.2f)%n",
            atLeast ? "at least" : "at most",
            limit,
            what,
            (atLeast ? got >= limit : got <= limit) ? "met" : "NOT met",
            got));
  }

  private double ratio(String ours, String peer, int rate, ToDoubleFunction<DnsSample> value) {
    return median(ours, rate, value) / median(peer, rate, value);
  }

  /** Over what was measured without anything in the way in the same round. */
  private double added(String contender, int rate, ToDoubleFunction<DnsSample> value) {
    double[] differences =
        of(contender, rate).stream()
            .mapToDouble(
                sample ->
                    of(Hop.Direct.NAME, rate).stream()
                        .filter(direct -> direct.round() == sample.round())
                        .mapToDouble(
                            direct -> value.applyAsDouble(sample) - value.applyAsDouble(direct))
                        .findFirst()
                        .orElse(Double.NaN))
            .toArray();
    return contender.equals(Hop.Direct.NAME) ? Double.NaN : median(differences);
  }

  private double median(String contender, int rate, ToDoubleFunction<DnsSample> value) {
    return median(of(contender, rate).stream().mapToDouble(value).toArray());
  }

  private static double median(double[] values) {
    Arrays.sort(values);
    int middle = values.length / 2;
    return values.length == 0
        ? Double.NaN
        : values.length % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
  }

  private long lost(String contender, int rate) {
    return of(contender, rate).stream().mapToLong(DnsSample::lost).sum();
  }

  private List<DnsSample> of(String contender, int rate) {
    return samples.stream()
        .filter(sample -> sample.contender().equals(contender) && sample.rate() == rate)
        .toList();
  }
}
