package io.sluice.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The whole run: every contender in every round, then the table and the plot. */
@Command(
    name = "bench/run",
    description = "Measures Sluice and its peers behind the same steering.",
    mixinStandardHelpOptions = true,
    showDefaultValues = true)
public final class Bench implements Callable<Integer> {
  @Option(names = "--rounds", description = "how often each contender runs")
  private int rounds = 3;

  @Option(names = "--warm-up", description = "seconds before each measurement")
  private int warmUpSeconds = 5;

  @Option(names = "--seconds", description = "seconds flat out, and again at the fixed rate")
  private int seconds = 7;

  @Option(names = "--rate", description = "requests per second at the fixed rate")
  private int rate = 10_000;

  @Option(names = "--answer", description = "bytes of the body of an answer")
  private int answerBytes = 84;

  @Option(names = "--only", description = "contenders whose name contains this; may be repeated")
  private List<String> only = new ArrayList<>();

  @Option(names = "--out", description = "where the report, the plot and the samples go")
  private Path out = Path.of("bench", "target");

  /** Runs it; exit code 0 if everything could be measured. */
  public static void main(String[] args) {
    System.exit(new CommandLine(new Bench()).execute(args));
  }

  @Override
  public Integer call() throws IOException {
    Plan plan = new Plan(rounds, warmUpSeconds, seconds, rate, answerBytes);
    List<Sample> samples = measure(plan);
    Map<String, List<Sample>> byContender = new LinkedHashMap<>();
    for (Contender contender : contenders()) {
      byContender.put(
          contender.name(),
          samples.stream().filter(s -> s.contender().equals(contender.name())).toList());
    }
    List<Summary> rows = byContender.values().stream().map(Summary::of).toList();
    double stolen = samples.stream().mapToDouble(Sample::stolen).max().orElse(0);
    long lostFlows = samples.stream().mapToLong(Sample::lostFlows).max().orElse(0);
    write(new Report(rows, plan, lostFlows, stolen).markdown(), Plot.svg(rows, rate), samples);
    return 0;
  }

  private List<Sample> measure(Plan plan) {
    List<Sample> samples = new ArrayList<>();
    try (Rig rig = Rig.raise(plan.answerBytes())) {
      Trial trial = new Trial(rig, plan);
      for (int round = 1; round <= plan.rounds(); round++) {
        List<Contender> turn = contenders();
        // There and back, so that a drift of the machine does not favour a place in the row.
        for (Contender contender : round % 2 == 1 ? turn : turn.reversed()) {
          Sample sample = trial.measure(contender, round);
          System.err.print(sample.csv());
          samples.add(sample);
        }
      }
    }
    return samples;
  }

  private List<Contender> contenders() {
    return Contender.all().stream()
        .filter(c -> only.isEmpty() || only.stream().anyMatch(c.name()::contains))
        .toList();
  }

  private void write(String report, String plot, List<Sample> samples) throws IOException {
    Files.createDirectories(out);
    Files.writeString(out.resolve("report.md"), report);
    Files.writeString(out.resolve("plot.svg"), plot);
    StringBuilder csv = new StringBuilder(Sample.CSV_HEADER);
    samples.forEach(sample -> csv.append(sample.csv()));
    Files.writeString(out.resolve("samples.csv"), csv);
    System.out.print(report);
    System.out.println("\nwritten: report.md, plot.svg and samples.csv in " + out.toAbsolutePath());
  }
}
