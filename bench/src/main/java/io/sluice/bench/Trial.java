package io.sluice.bench;

import io.sluice.app.lab.Command;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Measures one contender once: it judges rightly, it is warm, it runs flat out, it runs at the
 * fixed rate. A wrong or failed answer ends the benchmark: there is no figure for a broken proxy.
 */
final class Trial {
  private static final int CONNECTIONS = 32;
  private static final int CONNECTIONS_LIMIT = 4 * CONNECTIONS;
  private static final Pattern DONE = Pattern.compile("DONE (\\d+) (\\d+) (\\d+)");

  private final Rig rig;
  private final Plan plan;
  private final String script;

  Trial(Rig rig, Plan plan) {
    this.rig = rig;
    this.plan = plan;
    script = rig.writeResource("wrk.lua").toString();
  }

  /** Measures a contender that is not yet in the way, and takes it away again. */
  Sample measure(Contender contender, int round) {
    try (Running running = contender.start(rig)) {
      checkVerdicts(contender);
      closedLoop(plan.warmUpSeconds());
      OptionalLong pid = running.pid();
      Usage.Machine machine = Usage.Machine.now();
      double cpu = running.cpuMicros();
      long accepted = rig.acceptedByServer();
      Closed closed = closedLoop(plan.seconds());
      double closedCpu = (running.cpuMicros() - cpu) / closed.requests();
      checkReuse(rig.acceptedByServer() - accepted);
      cpu = running.cpuMicros();
      OpenLoop.Result open = openLoop();
      double openCpu = (running.cpuMicros() - cpu) / open.answers();
      return new Sample(
          contender.name(),
          round,
          closed.requests() * 1e6 / closed.micros(),
          closedCpu,
          open,
          openCpu,
          running.residentMib(),
          pid.isPresent() ? Usage.proportionalKib(pid.getAsLong()) / Usage.KIB_PER_MIB : Double.NaN,
          running.lostFlows().getAsLong(),
          Usage.Machine.now().stolenSince(machine));
    } catch (RuntimeException failure) {
      throw new IllegalStateException(
          contender.name() + ", round " + round + ": " + failure.getMessage(), failure);
    }
  }

  private void checkVerdicts(Contender contender) {
    expect(rig.client().ipv4() + " 200", "GET", Rig.PATH + "/who");
    if (contender.judges()) {
      expect("403", "DELETE", Rig.PATH);
      expect("403", "GET", "/secret");
    }
  }

  private void expect(String expected, String method, String path) {
    String answer =
        rig.client()
            .network()
            .run("curl", "-s", "-m", "5", "-w", " %{http_code}", "-X", method, rig.url(path))
            .output();
    if (!answer.endsWith(expected)) {
      throw new IllegalStateException(
          method + " " + path + ": got '" + answer + "' (expected: '" + expected + "')");
    }
  }

  /** A proxy that opens a connection for each request is misconfigured, not slow. */
  private static void checkReuse(long accepted) {
    if (accepted > CONNECTIONS_LIMIT) {
      throw new IllegalStateException(
          "the server accepted "
              + accepted
              + " connections (expected: at most "
              + CONNECTIONS_LIMIT
              + ")");
    }
  }

  private record Closed(long requests, long micros) {}

  private Closed closedLoop(int seconds) {
    Command.Result wrk =
        rig.client()
            .network()
            .run(
                "wrk",
                "-t1",
                "-c" + CONNECTIONS,
                "-d" + seconds + "s",
                "-s",
                script,
                rig.url(Rig.PATH));
    Matcher done = DONE.matcher(wrk.output());
    if (!done.find()) {
      throw new IllegalStateException("wrk: " + wrk.output() + wrk.errors());
    }
    if (Long.parseLong(done.group(3)) != 0) {
      throw new IllegalStateException("wrk saw failures: " + wrk.output());
    }
    return new Closed(Long.parseLong(done.group(1)), Long.parseLong(done.group(2)));
  }

  private OpenLoop.Result openLoop() {
    var server = new InetSocketAddress(rig.server().ipv4(), Rig.PORT);
    return rig.client()
        .network()
        .call(() -> OpenLoop.run(server, plan.rate(), Duration.ofSeconds(plan.seconds())));
  }
}
