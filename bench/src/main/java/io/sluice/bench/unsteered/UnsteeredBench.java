package io.sluice.bench.unsteered;

import io.sluice.bench.unsteered.Node.State;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Measures each kind of traffic in each state of the node, in turn, and prints medians and ratios.
 */
@Command(
    name = "bench/unsteered",
    description = "Measures what the programs in the kernel cost traffic that is not steered.",
    mixinStandardHelpOptions = true,
    showDefaultValues = true)
public final class UnsteeredBench implements Callable<Integer> {
  @Option(names = "--rounds", description = "how often each state is measured; even")
  private int rounds = 4;

  @Option(names = "--seconds", description = "seconds of each kind of traffic")
  private int seconds = 2;

  @Option(names = "--out", description = "where the table goes, too")
  private Path out = Path.of("bench", "target", "unsteered.md");

  /** Runs it; exit code 0 if everything could be measured. */
  public static void main(String[] args) {
    System.exit(new CommandLine(new UnsteeredBench()).execute(args));
  }

  @Override
  public Integer call() throws Exception {
    Map<State, Map<Traffic, List<Double>>> samples = new EnumMap<>(State.class);
    try (Node node = new Node()) {
      // The loads themselves compile first; that is nobody's cost.
      measure(node, State.NO_AGENT, new EnumMap<>(State.class));
      for (int round = 0; round < rounds; round++) {
        List<State> turn = Arrays.asList(State.values());
        // There and back, so that a drift of the machine does not favour a place in the row.
        for (State state : round % 2 == 0 ? turn : turn.reversed()) {
          measure(node, state, samples);
        }
      }
    }
    String table = table(samples);
    Files.createDirectories(out.toAbsolutePath().getParent());
    Files.writeString(out, table);
    System.out.print(table);
    return 0;
  }

  private void measure(Node node, State state, Map<State, Map<Traffic, List<Double>>> samples)
      throws Exception {
    try (AutoCloseable entered = node.enter(state)) {
      for (Traffic traffic : Traffic.values()) {
        double perSecond =
            traffic.measure(node.client(), node.server(), Duration.ofSeconds(seconds));
        samples
            .computeIfAbsent(state, _ -> new EnumMap<>(Traffic.class))
            .computeIfAbsent(traffic, _ -> new ArrayList<>())
            .add(perSecond);
        System.err.printf(
            Locale.ROOT, "%s; %s; %.0f%n", state.title(), traffic.heading(), perSecond);
      }
    }
  }

  private static String table(Map<State, Map<Traffic, List<Double>>> samples) {
    StringBuilder text = new StringBuilder("|");
    for (Traffic traffic : Traffic.values()) {
      text.append(" | ").append(traffic.heading()).append(" | ratio");
    }
    text.append(" |\n|---|").append("---|---|".repeat(Traffic.values().length)).append('\n');
    samples.forEach(
        (state, measured) -> {
          text.append("| ").append(state.title());
          measured.forEach(
              (traffic, values) -> {
                double median = median(values);
                double without =
                    median(
                        samples
                            .getOrDefault(State.NO_AGENT, measured)
                            .getOrDefault(traffic, values));
                text.append(
                    String.format(Locale.ROOT, " | %,.0f | %.3f", median, median / without));
              });
          text.append(" |\n");
        });
    return text.toString();
  }

  private static double median(List<Double> values) {
    double[] sorted = values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }
}
