package io.sluice.bench.unsteered;

import io.sluice.bench.Usage;
import io.sluice.bench.unsteered.Node.State;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.ToDoubleFunction;
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

  @Option(names = "--warm-up", description = "seconds of connections before each measurement")
  private int warmUpSeconds = 4;

  @Option(names = "--out", description = "where the table goes, too")
  private Path out = Path.of("bench", "target", "unsteered.md");

  /** Runs it; exit code 0 if everything could be measured. */
  public static void main(String[] args) {
    System.exit(new CommandLine(new UnsteeredBench()).execute(args));
  }

  @Override
  public Integer call() throws IOException {
    List<Sample> samples = new ArrayList<>();
    try (Node node = new Node()) {
      for (int round = 0; round < rounds; round++) {
        List<State> turn = Arrays.asList(State.values());
        // There and back, so that a drift of the machine does not favour a place in the row.
        for (State state : round % 2 == 0 ? turn : turn.reversed()) {
          samples.addAll(measure(node, state));
        }
      }
    }
    String table = table(samples);
    Files.createDirectories(out.toAbsolutePath().getParent());
    Files.writeString(out, table);
    System.out.print(table);
    return 0;
  }

  /**
   * One measurement.
   *
   * @param perSecond how much went through
   * @param micros CPU time of both ends and of the way between them, for each
   * @param agentMicros CPU time of the agent meanwhile, for each
   */
  private record Sample(
      Traffic traffic, State state, double perSecond, double micros, double agentMicros) {}

  private List<Sample> measure(Node node, State state) throws IOException {
    List<Sample> samples = new ArrayList<>();
    try (Node.Entered entered = node.enter(state)) {
      // The loads and the agent compile what they do; that is nobody's cost.
      Traffic.CONNECTIONS.run(node.client(), node.server(), Duration.ofSeconds(warmUpSeconds));
      for (Traffic traffic : Traffic.values()) {
        long agent = entered.agentMicros();
        long cpu = Usage.cpuMicros(ProcessHandle.current().pid());
        long began = System.nanoTime();
        double count = traffic.measure(node.client(), node.server(), Duration.ofSeconds(seconds));
        double elapsed = (System.nanoTime() - began) / 1e9;
        Sample sample =
            new Sample(
                traffic,
                state,
                count / elapsed,
                (Usage.cpuMicros(ProcessHandle.current().pid()) - cpu) / count,
                (entered.agentMicros() - agent) / count);
        System.err.println(sample);
        samples.add(sample);
      }
    }
    return samples;
  }

  private static String table(List<Sample> samples) {
    StringBuilder text =
        new StringBuilder(
            """
            | traffic | on the node | each second | ratio | CPU for each | ratio | agent's CPU for each |
            |---|---|---|---|---|---|---|
            """);
    for (Traffic traffic : Traffic.values()) {
      double perSecond = median(samples, traffic, State.NO_AGENT, Sample::perSecond);
      double micros = median(samples, traffic, State.NO_AGENT, Sample::micros);
      for (State state : State.values()) {
        double rate = median(samples, traffic, state, Sample::perSecond);
        double cpu = median(samples, traffic, state, Sample::micros);
        text.append(
            String.format(
                Locale.ROOT,
                "| %s (%s) | %s | %,.0f | %.3f | %.1f us | %.3f | %.1f us |%n",
                traffic.title(),
                traffic.unit(),
                state.title(),
                rate,
                rate / perSecond,
                cpu,
                cpu / micros,
                median(samples, traffic, state, Sample::agentMicros)));
      }
    }
    return text.toString();
  }

  private static double median(
      List<Sample> samples, Traffic traffic, State state, ToDoubleFunction<Sample> value) {
    double[] sorted =
        samples.stream()
            .filter(sample -> sample.traffic() == traffic && sample.state() == state)
            .mapToDouble(value)
            .sorted()
            .toArray();
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }
}
