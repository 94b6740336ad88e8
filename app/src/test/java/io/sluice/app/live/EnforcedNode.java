package io.sluice.app.live;

import io.sluice.app.lab.AgentProcess;
import io.sluice.app.lab.Command;
import io.sluice.app.lab.Lab;
import io.sluice.app.lab.WorldFolder;
import java.util.ArrayList;
import java.util.List;

/** A node that an agent can be started on, and what was opened on it; its end closes all of it. */
abstract class EnforcedNode implements AutoCloseable {
  final Lab lab = Lab.raise();
  final WorldFolder world = new WorldFolder(lab);
  private final List<AutoCloseable> opened = new ArrayList<>();

  /** Closes a resource when the node ends, before those that were opened earlier. */
  final <T extends AutoCloseable> T opening(T resource) {
    opened.add(resource);
    return resource;
  }

  /** Starts an agent and waits until it enforces. */
  final AgentProcess startAgent(String... options) {
    return startUnready(options).awaitReady();
  }

  /** Starts an agent and waits for nothing. */
  final AgentProcess startUnready(String... options) {
    return opening(AgentProcess.start(lab, world, options));
  }

  /** Starts an agent that takes over, and waits for nothing. */
  final AgentProcess startTakeOver(String... options) {
    List<String> all = new ArrayList<>(List.of(options));
    all.add("--take-over");
    return startUnready(all.toArray(String[]::new));
  }

  /** Starts an agent that takes over, and waits until the one before has ended in order. */
  final AgentProcess takeOver(AgentProcess before, String... options) {
    AgentProcess next = startTakeOver(options);
    int exit = before.awaitExit();
    if (exit != 0) {
      throw new IllegalStateException("exit " + exit + ":\n" + before.log());
    }
    return next.awaitReady();
  }

  /** Runs {@code sluice} with other arguments in the node, to its end. */
  final Command.Result sluice(String... arguments) {
    List<String> command = new ArrayList<>(List.of(AgentProcess.launcher()));
    command.addAll(List.of(arguments));
    return Command.run(null, lab.enterNode(command));
  }

  @Override
  public final void close() {
    try {
      for (AutoCloseable resource : opened.reversed()) {
        resource.close();
      }
      lab.close();
    } catch (Exception e) {
      throw new IllegalStateException("the node can't be taken down", e);
    }
  }
}
