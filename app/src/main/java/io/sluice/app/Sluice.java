package io.sluice.app;

import io.sluice.app.exit.Refusal;
import java.util.Properties;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;

/** The command line: picks the command, and turns what goes wrong into a message and exit code. */
@Command(
    name = "sluice",
    description = "Enforces Kubernetes network policy at layer 7 on this node.",
    mixinStandardHelpOptions = true,
    versionProvider = Sluice.Version.class,
    subcommands = {
      AgentCommand.class,
      DemoCommand.class,
      StatusCommand.class,
      CleanupCommand.class
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

  /** Reads the version that the build has left beside the classes. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() throws Exception {
      return new String[] {"sluice " + text()};
    }

    static String text() throws java.io.IOException {
      Properties properties = new Properties();
      try (var file = Sluice.class.getResourceAsStream("version.properties")) {
        if (file != null) {
          properties.load(file);
        }
      }
      return properties.getProperty("version", "unknown");
    }
  }
}
