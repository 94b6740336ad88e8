package io.sluice.bench.dns;

import io.sluice.bench.Running;
import io.sluice.bench.Usage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The whole run: every contender at every rate in every round, then the agent's memory. */
@Command(
    name = "bench/dns",
    description =
        "Measures asking for names through Sluice and its peers behind the same steering.",
    mixinStandardHelpOptions = true,
    showDefaultValues = true)
public final class DnsBench implements Callable<Integer> {
  @Option(names = "--rounds", description = "how often each contender runs")
  private int rounds = 2;

  @Option(
      names = "--warm-up",
      description = "how often each of the 10,000 names is asked for before each measurement")
  private int warmUp = 30;

  @Option(names = "--seconds", description = "seconds at each rate")
  private int seconds = 4;

  @Option(
      names = "--rates",
      split = ",",
      description = "queries per second; 0 is flat out",
      defaultValue = "0,1000,5000,10000")
  private List<Integer> rates = List.of();

  @Option(
      names = "--new-names",
      description = "queries per second while memory is watched; 0 leaves that out")
  private int newNames = 5_000;

  @Option(names = "--only", description = "contenders whose name contains this; may be repeated")
  private List<String> only = new ArrayList<>();

  @Option(
      names = "--cilium",
      defaultValue = "${env:BENCH_CILIUM_DNS}",
      description = "a program that runs Cilium's DNS proxy; also by BENCH_CILIUM_DNS")
  private Optional<Path> cilium = Optional.empty();

  @Option(names = "--out", description = "where the report and the samples go")
  private Path out = Path.of("bench", "target");

  /** Runs it; exit code 0 if everything could be measured. */
  public static void main(String[] args) {
    System.exit(new CommandLine(new DnsBench()).execute(args));
  }

  @Override
  public Integer call() throws IOException {
    if (cilium.isEmpty()) {
      System.err.println(
          "bench/dns: without Cilium's DNS proxy: name a program that runs it with --cilium"
              + " (bench/README.md)");
    }
    List<Hop> hops =
        Hop.all(cilium).stream()
            .filter(h -> only.isEmpty() || only.stream().anyMatch(h.name()::contains))
            .toList();
    List<DnsSample> samples = new ArrayList<>();
    List<Growth.Reading> growth = List.of();
    try (DnsStage stage = DnsStage.raise()) {
      for (int round = 1; round <= rounds; round++) {
        // There and back, so that a drift of the machine does not favour a place in the row.
        for (Hop hop : round % 2 == 1 ? hops : hops.reversed()) {
          samples.addAll(measure(stage, hop, round));
        }
      }
      if (newNames > 0) {
        growth = Growth.watch(stage, newNames, warmUp);
      }
    }
    write(new DnsReport(samples, hops.stream().map(Hop::name).toList(), rates, growth), samples);
    return 0;
  }

  private List<DnsSample> measure(DnsStage stage, Hop hop, int round) {
    List<DnsSample> samples = new ArrayList<>();
    Path questions = stage.knownNames();
    try (Running running = hop.start(stage)) {
      expect(stage, DnsStage.ALLOWED, "NOERROR");
      if (hop.judges()) {
        expect(stage, DnsStage.OTHER, "REFUSED");
      }
      Dnsperf.warmUp(stage, questions, warmUp);
      for (int rate : rates) {
        load(stage, questions, rate);
        Usage.Machine machine = Usage.Machine.now();
        double cpu = running.cpuMicros();
        Dnsperf.Result done = load(stage, questions, rate);
        DnsSample sample =
            new DnsSample(
                hop.name(),
                round,
                rate,
                done.perSecond(),
                done.p50(),
                done.p99(),
                (running.cpuMicros() - cpu) / done.completed(),
                done.lost(),
                running.lostFlows().getAsLong(),
                Usage.Machine.now().stolenSince(machine));
        System.err.print(sample.csv());
        samples.add(sample);
      }
      return samples;
    } catch (RuntimeException failure) {
      throw new IllegalStateException(
          hop.name() + ", round " + round + ": " + failure.getMessage(), failure);
    }
  }

  private Dnsperf.Result load(DnsStage stage, Path questions, int rate) {
    return rate == DnsSample.FLAT_OUT
        ? Dnsperf.flatOut(stage, questions, seconds)
        : Dnsperf.atRate(stage, questions, seconds, rate);
  }

  private static void expect(DnsStage stage, String name, String code) {
    String got = Dnsperf.code(stage, name);
    if (!got.equals(code)) {
      throw new IllegalStateException(name + ": got '" + got + "' (expected: '" + code + "')");
    }
  }

  private void write(DnsReport report, List<DnsSample> samples) throws IOException {
    StringBuilder csv = new StringBuilder(DnsSample.CSV_HEADER);
    samples.forEach(sample -> csv.append(sample.csv()));
    Files.createDirectories(out);
    Files.writeString(out.resolve("dns.csv"), csv);
    Files.writeString(out.resolve("dns.md"), report.markdown());
    System.out.print(report.markdown());
    System.out.println("\nwritten: dns.md and dns.csv in " + out.toAbsolutePath());
  }
}
