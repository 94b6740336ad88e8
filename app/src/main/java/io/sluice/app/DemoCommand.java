package io.sluice.app;

import io.sluice.app.demo.Demo;
import io.sluice.app.exit.ExitCode;
import io.sluice.app.exit.Refusal;
import io.sluice.app.lab.LabException;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code sluice demo}: exit 0 if everything happened as the policies say. */
@Command(
    name = "demo",
    description =
        "Raises a node with pods, enforces two policies on real curl traffic, and cleans up.",
    mixinStandardHelpOptions = true)
final class DemoCommand implements Callable<Integer> {

  @Option(
      names = "--record-aot-cache",
      hidden = true,
      description = "Make the AOT cache of what the agent loads; the build does this.")
  private boolean recordAotCache;

  @Override
  public Integer call() throws Refusal {
    Map<String, String> environment = recordAotCache ? Map.of("SLUICE_AOT_RECORD", "1") : Map.of();
    try {
      return Demo.run(System.out, environment) ? ExitCode.OK : ExitCode.NO;
    } catch (LabException e) {
      throw Refusal.machine(
          e.getMessage() + "\nThe demo needs root, iproute2, util-linux and curl.");
    }
  }
}
