package io.sluice.bench.dns;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class DnsReportTest {
  private static final String CILIUM = Hop.Peer.CILIUM;
  private static final int RATE = 10_000;

  /** Of three rounds that differ, added is what each added over its own round. */
  @Test
  void showsTheMedianOfTheRoundsAndWhatEachAdds() {
    List<DnsSample> samples =
        List.of(
            sample("direct", 1, RATE, 10_000, 100, 300, Double.NaN),
            sample("direct", 2, RATE, 10_000, 200, 500, Double.NaN),
            sample("direct", 3, RATE, 10_000, 900, 900, Double.NaN),
            sample("Sluice", 1, RATE, 9_000, 130, 400, 12),
            sample("Sluice", 2, RATE, 10_000, 220, 700, 10),
            sample("Sluice", 3, RATE, 9_500, 940, 1_200, 14));

    assertThat(row(report(samples, "direct", "Sluice"), "Sluice", "10,000"))
        .containsExactly(
            "Sluice", "10,000", "9,500", "220 us", "700 us", "30 us", "200 us", "12.0 us", "3");
    assertThat(row(report(samples, "direct", "Sluice"), "direct", "10,000"))
        .containsExactly("direct", "10,000", "10,000", "200 us", "500 us", "-", "-", "-", "3");
  }

  @Test
  void showsADashWhereThereIsNoFigure() {
    List<DnsSample> samples =
        List.of(sample("Sluice", 1, DnsSample.FLAT_OUT, 60_000, Double.NaN, Double.NaN, 11));
    DnsReport report =
        new DnsReport(samples, List.of("Sluice"), List.of(DnsSample.FLAT_OUT), List.of());

    assertThat(row(report.markdown(), "Sluice", "flat out"))
        .containsExactly("Sluice", "flat out", "60,000", "-", "-", "-", "-", "11.0 us", "1");
    assertThat(report.markdown()).as("nobody to compare with").doesNotContain("- aim");
  }

  @Test
  void saysWhichAimsAreMissed() {
    List<DnsSample> samples =
        List.of(
            sample("direct", 1, RATE, 10_000, 100, 300, Double.NaN),
            sample("Sluice", 1, RATE, 10_000, 150, 1_301, 15),
            sample(CILIUM, 1, RATE, 10_000, 400, 9_000, 45),
            sample("Sluice", 1, DnsSample.FLAT_OUT, 59_000, Double.NaN, Double.NaN, 16),
            sample(CILIUM, 1, DnsSample.FLAT_OUT, 20_000, Double.NaN, Double.NaN, 40));

    assertThat(report(samples, "direct", CILIUM, "Sluice"))
        .contains("- aim, at most 50.00 added p50 at 10,000/s, us: met (50.00)\n")
        .contains("- aim, at most 1000.00 added p99 at 10,000/s, us: NOT met (1001.00)\n")
        .contains("- aim, at most 0.33 of Cilium's CPU for each answer at 10,000/s: met (0.33)\n")
        .contains("- aim, at least 3.00 times Cilium's answers/s flat out: NOT met (2.95)\n")
        .contains("- aim, at most 0.33 of Cilium's CPU for each answer flat out: NOT met (0.40)\n")
        .doesNotContain("Unreliable", "flow records");
  }

  /** A figure that is missing meets no aim. */
  @Test
  void anAimWithoutAFigureIsNotMet() {
    List<DnsSample> samples = List.of(sample("Sluice", 1, RATE, 10_000, 150, 400, 15));

    assertThat(report(samples, "direct", CILIUM, "Sluice"))
        .contains("added p50 at 10,000/s, us: NOT met (NaN)")
        .contains("CPU for each answer at 10,000/s: NOT met (NaN)");
  }

  @Test
  void saysWhatSpoilsIt() {
    DnsSample spoilt = new DnsSample("Sluice", 1, RATE, 1, 1, 1, 1, 0, 1_234, 0.021);

    assertThat(report(List.of(spoilt), "Sluice"))
        .contains("Sluice lost up to 1,234 flow records.")
        .contains("**Unreliable: the machine's host took 2.1 % of the CPU time in a sample.**");
  }

  @Test
  void showsHowTheAgentGrows() {
    Growth.Reading reading = new Growth.Reading(1_000_000, 300.4, 45.25, 9_998, 812, 25.5, 7);
    String report =
        new DnsReport(List.of(), List.of("Sluice"), List.of(RATE), List.of(reading)).markdown();

    assertThat(row(report, "1,000,000", "300 MiB"))
        .containsExactly("1,000,000", "300 MiB", "45.3 MiB", "9,998", "812 us", "25.5 us", "7");
  }

  private static DnsSample sample(
      String contender,
      int round,
      int rate,
      double perSecond,
      double p50,
      double p99,
      double cpuMicros) {
    return new DnsSample(contender, round, rate, perSecond, p50, p99, cpuMicros, 1, 0, 0);
  }

  private static String report(List<DnsSample> samples, String... contenders) {
    List<Integer> rates = new ArrayList<>(List.of(RATE));
    if (samples.stream().anyMatch(sample -> sample.rate() == DnsSample.FLAT_OUT)) {
      rates.add(DnsSample.FLAT_OUT);
    }
    return new DnsReport(samples, List.of(contenders), rates, List.of()).markdown();
  }

  /** The cells of the row that begins with two. */
  private static List<String> row(String report, String first, String second) {
    return report
        .lines()
        .map(line -> Arrays.stream(line.split("\\|")).skip(1).map(String::strip).toList())
        .filter(cells -> cells.size() > 1)
        .filter(cells -> cells.get(0).equals(first) && cells.get(1).equals(second))
        .findFirst()
        .orElseThrow();
  }
}
