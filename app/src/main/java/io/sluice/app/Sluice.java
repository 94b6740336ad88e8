package io.sluice.app;

import io.sluice.app.exit.Refusal;
import io.sluice.app.exit.Version;
import io.sluice.app.policy.PolicyCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;

/** The command line: picks the command, and turns what goes wrong into a message and exit code. */
@Command(
    name = "sluice",
    description = "Enforces Kubernetes network policy at layer 7 on this node.",
    mixinStandardHelpOptions = true,
    versionProvider = Sluice.VersionText.class,
    subcommands = {
      AgentCommand.class,
      DemoCommand.class,
      StatusCommand.class,
      MapCommand.class,
      FqdnCommand.class,
      CleanupCommand.class,
      PolicyCommand.class
    },
    synopsisSubcommandLabel = "COMMAND")
public final class Sluice {

  private Sluice() {}

  /** Runs one command and exits with its code. */
  public static void main(String[] arguments) {
    System.exit(run(arguments));
  }

  static int run(String... arguments) {
    return new CommandLine(new Sluice())
        .setExecutionExceptionHandler(
            (failure, command, parsed) -> {
              if (failure instanceof Refusal refusal) {
                command.getErr().println("sluice: " + refusal.getMessage());
                return refusal.exitCode();
              }
              throw failure;
            })
        .execute(arguments);
  }

  /** What {@code --version} prints. */
  static final class VersionText implements IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {"sluice " + Version.text()};
    }
  }
}
