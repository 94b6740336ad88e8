package io.sluice.bench.dns;

import io.sluice.app.lab.Command;
import io.sluice.bench.Running;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The agent's memory while every query is for a name that nobody has asked for before and that has
 * another address: each is learned, and the oldest is forgotten for it.
 */
final class Growth {
  private static final int STEP = 100_000;
  private static final List<Integer> SHOWN = List.of(1, 3, 10);
  private static final Pattern TOTAL = Pattern.compile("(?m)^Total +\\d+ +(\\d+)");
  private static final double MIB = 1 << 20;

  private Growth() {}

  /**
   * The agent after so many names.
   *
   * @param names how many names there have been
   * @param residentMib VmRSS
   * @param liveMib what a full collection leaves in the heap
   * @param perSecond answers, at the last step
   * @param p99 of those, in µs
   * @param cpuMicros for each of those
   * @param lost queries without an answer, of all
   */
  record Reading(
      int names,
      double residentMib,
      double liveMib,
      double perSecond,
      double p99,
      double cpuMicros,
      long lost) {
    @Override
    public String toString() {
      return String.format(
          Locale.ROOT,
          "%,d new names: RSS %.0f MiB, live heap %.1f MiB, %,.0f/s, p99 %,.0f us, %.1f us CPU"
              + " each, %d lost",
          names,
          residentMib,
          liveMib,
          perSecond,
          p99,
          cpuMicros,
          lost);
    }
  }

  /**
   * Asks for a million names, so many a second.
   *
   * @param warmUp how often each of the known names is asked for before
   */
  static List<Reading> watch(DnsStage stage, int rate, int warmUp) {
    List<Reading> readings = new ArrayList<>();
    try (Running agent = Running.agent(stage)) {
      Dnsperf.warmUp(stage, stage.knownNames(), warmUp);
      long lost = 0;
      for (int step = 1; step <= SHOWN.getLast(); step++) {
        double cpu = agent.cpuMicros();
        Dnsperf.Result done = Dnsperf.once(stage, stage.newNames((step - 1) * STEP, STEP), rate);
        cpu = (agent.cpuMicros() - cpu) / done.completed();
        lost += done.lost();
        if (SHOWN.contains(step)) {
          Reading reading =
              new Reading(
                  step * STEP,
                  agent.residentMib(),
                  liveMib(agent),
                  done.perSecond(),
                  done.p99(),
                  cpu,
                  lost);
          System.err.println(reading);
          readings.add(reading);
        }
      }
    }
    return readings;
  }

  private static double liveMib(Running agent) {
    String jcmd = System.getProperty("java.home") + "/bin/jcmd";
    String pid = Long.toString(agent.pid().orElseThrow());
    Command.Result histogram = Command.run(null, List.of(jcmd, pid, "GC.class_histogram"));
    Matcher total = TOTAL.matcher(histogram.output());
    if (!total.find()) {
      throw new IllegalStateException("jcmd: " + histogram.output() + histogram.errors());
    }
    return Long.parseLong(total.group(1)) / MIB;
  }
}
