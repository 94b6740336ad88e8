package io.sluice.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ReportTest {
  private static final Plan PLAN = new Plan(3, 5, 7, 10_000, 84);

  @Test
  void showsTheMedianOfTheRounds() {
    Summary summary =
        Summary.of(List.of(sample("x", 900, 3), sample("x", 100, 1), sample("x", 200, 2)));

    assertThat(summary.requestsPerSecond()).isEqualTo(200);
    assertThat(summary.slowestRound()).isEqualTo(100);
    assertThat(summary.fastestRound()).isEqualTo(900);
    assertThat(summary.cpuMicros()).isEqualTo(2);
  }

  @Test
  void saysWhichAimsAreMissed() {
    String report = report(sample("Sluice, 1 rule", 80, 15), 0);

    assertThat(report)
        .contains("at least 3 x Envoy's requests/s: NOT met (2.00)")
        .contains("at most 1/3 of Envoy's CPU per request: NOT met (0.38)")
        .contains("HAProxy's requests/s, both with the short-cut: NOT met (0.70)")
        .contains("HAProxy's requests/s: met (1.00)")
        .contains("the same CPU per request at 1,000 rules (within 5 %): met (1.00)")
        .doesNotContain("Unreliable");
  }

  @Test
  void saysThatStolenTimeSpoilsIt() {
    assertThat(report(sample("Sluice, 1 rule", 80, 15), 0.02)).contains("Unreliable");
  }

  private static String report(Sample ours, double stolen) {
    List<Summary> rows =
        List.of(
            Summary.of(List.of(sample("direct", 200, Double.NaN))),
            Summary.of(List.of(sample("Envoy 1.40", 40, 40))),
            Summary.of(List.of(sample("HAProxy 2.6", 80, 15))),
            Summary.of(List.of(sample("HAProxy 2.6, short-cut", 100, 12))),
            Summary.of(List.of(sample("Sluice, 1 rule, short-cut", 70, 15))),
            Summary.of(List.of(ours)),
            Summary.of(List.of(sample("Sluice, 1,000 rules", 80, 15))));
    return new Report(rows, PLAN, 0, stolen).markdown();
  }

  private static Sample sample(String name, double requestsPerSecond, double cpuMicros) {
    var latency = new OpenLoop.Result(1, 2, 3, 4, 5, 6);
    return new Sample(name, 1, requestsPerSecond, cpuMicros, latency, 1, 1, 1, 0, 0);
  }
}
