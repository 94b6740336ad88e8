package io.sluice.app;

import io.sluice.app.demo.Demo;
import io.sluice.app.exit.ExitCode;
import io.sluice.app.exit.Refusal;
import io.sluice.app.lab.LabException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code sluice demo}: exit 0 if everything happened as the policies say. */
@Command(
    name = "demo",
    description =
        "Raises a node with pods, enforces two policies on real curl traffic, and cleans up.",
    mixinStandardHelpOptions = true)
final class DemoCommand implements Callable<Integer> {

  @Override
  public Integer call() throws Refusal {
    try {
      return Demo.run(System.out) ? ExitCode.OK : ExitCode.NO;
    } catch (LabException e) {
      throw Refusal.machine(
          e.getMessage() + "\nThe demo needs root, iproute2, util-linux and curl.");
    }
  }
}
