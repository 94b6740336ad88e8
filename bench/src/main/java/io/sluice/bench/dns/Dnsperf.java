package io.sluice.bench.dns;

import io.sluice.app.lab.Command;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Runs dnsperf in the client pod: one thread that asks from twenty ports. */
final class Dnsperf {
  private static final int PORTS = 20;

  /** So many that it sends at its rate also while answers are late. */
  private static final int MOST_WAITING_AT_RATE = 20_000;

  private static final int MOST_WAITING_FLAT_OUT = 100;
  private static final Pattern CODES = Pattern.compile("Response codes: +(.*)");
  private static final Pattern LATENCY =
      Pattern.compile("^> NOERROR .* (\\d+\\.\\d+)$", Pattern.MULTILINE);
  private static final double MICROS = 1e6;

  private Dnsperf() {}

  /**
   * What came of a load.
   *
   * @param perSecond answers
   * @param completed answers in all
   * @param lost queries without one, or with SERVFAIL
   * @param p50 of the time from sending a query to its answer, in µs; NaN where it was not asked
   * @param p99 the same
   */
  record Result(double perSecond, long completed, long lost, double p50, double p99) {}

  /** As fast as answers come. */
  static Result flatOut(DnsStage stage, Path questions, int seconds) {
    return load(stage, questions, "-l", text(seconds), "-q", text(MOST_WAITING_FLAT_OUT));
  }

  /** Each question so often, as fast as answers come; not measured, as the JVM compiles in it. */
  static void warmUp(DnsStage stage, Path questions, int times) {
    load(stage, questions, "-n", text(times), "-q", text(MOST_WAITING_FLAT_OUT));
  }

  /** So many queries a second, whether answers come or not. */
  static Result atRate(DnsStage stage, Path questions, int seconds, int rate) {
    return paced(stage, questions, rate, "-l", text(seconds));
  }

  /** Each question once, so many a second. */
  static Result once(DnsStage stage, Path questions, int rate) {
    return paced(stage, questions, rate, "-n", "1");
  }

  private static Result paced(
      DnsStage stage, Path questions, int rate, String end, String endsAfter) {
    String waiting = text(MOST_WAITING_AT_RATE);
    return load(stage, questions, end, endsAfter, "-Q", text(rate), "-q", waiting, "-v");
  }

  private static String text(int number) {
    return Integer.toString(number);
  }

  private static Result load(DnsStage stage, Path questions, String... options) {
    String output = run(stage, questions, options);
    double answers = figure("NOERROR", output);
    // A forwarder that has lost a query may say so, after seconds; any other code is a wrong
    // answer.
    double failures = output.contains("SERVFAIL") ? figure("SERVFAIL", output) : 0;
    if (answers + failures != figure("Queries completed", output)) {
      throw new IllegalStateException("wrong answers: " + find(CODES, output));
    }
    double[] latencies =
        LATENCY
            .matcher(output)
            .results()
            .mapToDouble(line -> Double.parseDouble(line.group(1)) * MICROS)
            .sorted()
            .toArray();
    return new Result(
        answers / figure("Run time \\(s\\)", output),
        (long) answers,
        (long) (figure("Queries lost", output) + failures),
        quantile(latencies, 0.50),
        quantile(latencies, 0.99));
  }

  private static double quantile(double[] sorted, double share) {
    return sorted.length == 0 ? Double.NaN : sorted[(int) (share * (sorted.length - 1))];
  }

  /** The code of the answer to one question, such as NOERROR; empty if there is no answer. */
  static String code(DnsStage stage, String name) {
    Path question = stage.lab().directory().resolve("question");
    try {
      Files.writeString(question, name + " A\n");
    } catch (IOException e) {
      throw new UncheckedIOException("can't write " + question, e);
    }
    String codes = find(CODES, run(stage, question, "-n", "1", "-t", "1"));
    return codes.split(" ", 2)[0];
  }

  private static String run(DnsStage stage, Path questions, String... options) {
    List<String> command =
        new ArrayList<>(
            List.of("dnsperf", "-s", stage.server().ipv4(), "-d", questions.toString()));
    command.addAll(List.of("-c", Integer.toString(PORTS), "-T", "1"));
    command.addAll(List.of(options));
    Command.Result done = stage.client().network().run(command.toArray(String[]::new));
    if (done.exit() != 0) {
      throw new IllegalStateException("dnsperf: " + done.output() + done.errors());
    }
    return done.output();
  }

  private static double figure(String what, String output) {
    return Double.parseDouble(find(Pattern.compile(what + ":? +([0-9.]+)"), output));
  }

  private static String find(Pattern pattern, String output) {
    Matcher found = pattern.matcher(output);
    if (!found.find()) {
      throw new IllegalStateException("dnsperf: " + output);
    }
    return found.group(1);
  }
}
