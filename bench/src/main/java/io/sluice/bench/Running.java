package io.sluice.bench;

import io.sluice.app.lab.AgentProcess;
import java.util.OptionalLong;
import java.util.function.LongSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A contender in the way.
 *
 * @param pid its one process, if it has any
 * @param lostFlows how many flow records it owes so far
 * @param stop takes it out of the way, with everything it brought
 */
public record Running(OptionalLong pid, LongSupplier lostFlows, Runnable stop)
    implements AutoCloseable {

  /** Nothing at all in the way. */
  public static final Running NOTHING = new Running(OptionalLong.empty(), () -> 0, () -> {});

  private static final Pattern LOST =
      Pattern.compile("^sluice_flows_lost_total ([0-9.E]+)$", Pattern.MULTILINE);

  /** The real agent with metrics and flow records on, ready, its policy being in the world. */
  public static Running agent(Stage stage, String... options) {
    AgentProcess agent = AgentProcess.start(stage.lab(), stage.world(), options);
    try {
      agent.awaitReady();
    } catch (RuntimeException failure) {
      agent.close();
      throw failure;
    }
    ShortFile flows = ShortFile.keep(stage.lab().directory().resolve("flows.json"));
    return new Running(
        OptionalLong.of(agent.process().pid()),
        () -> lostFlows(agent),
        () -> {
          agent.close();
          flows.close();
          stage.forgetSteering();
        });
  }

  private static long lostFlows(AgentProcess agent) {
    Matcher lost = LOST.matcher(agent.admin("/metrics").body());
    if (!lost.find()) {
      throw new IllegalStateException("the agent does not say how many flows it lost");
    }
    return (long) Double.parseDouble(lost.group(1));
  }

  /** User and system time since it started, in µs; NaN without a process. */
  public double cpuMicros() {
    return pid.isPresent() ? Usage.cpuMicros(pid.getAsLong()) : Double.NaN;
  }

  /** Resident memory, in MiB; NaN without a process. */
  public double residentMib() {
    return pid.isPresent() ? Usage.residentKib(pid.getAsLong()) / Usage.KIB_PER_MIB : Double.NaN;
  }

  @Override
  public void close() {
    stop.run();
  }
}
