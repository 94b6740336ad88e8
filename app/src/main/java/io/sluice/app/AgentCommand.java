package io.sluice.app;

import io.sluice.app.ask.AdminClient;
import io.sluice.app.exit.ExitCode;
import io.sluice.app.exit.Refusal;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code sluice agent}: enforces in this network namespace until it is stopped. */
@Command(
    name = "agent",
    description = "Enforces policy on the pods of this node, in the network namespace it runs in.",
    mixinStandardHelpOptions = true)
final class AgentCommand implements Callable<Integer> {
  static final Path DEFAULT_STATE = Path.of("/run/sluice");

  /** Where the world comes from. */
  static final class Source {
    @Option(names = "--world", paramLabel = "DIR", description = "A folder of manifests, watched.")
    private @Nullable Path world;

    @Option(
        names = "--control",
        paramLabel = "unix:PATH",
        description = "A control plane that speaks ADS.")
    private @Nullable String control;
  }

  /** What hands connections to the proxy. */
  enum Steer {
    /** Programs on the pods' interfaces. */
    tc,
    /** Rules of nftables. */
    nft
  }

  /** Whether bytes between pods of this node pass the kernel's protocol stack. */
  enum ShortCut {
    /** They don't where the machine allows it. */
    auto,
    /** They do. */
    off
  }

  @ArgGroup(multiplicity = "0..1")
  private @Nullable Source source;

  @Option(
      names = "--node",
      paramLabel = "NAME",
      description = "This node (default: the host name if the world has it, else the only one).")
  private @Nullable String node;

  @Option(
      names = "--admin",
      paramLabel = "ADDR",
      description = "host:port or unix:PATH (default: ${DEFAULT-VALUE}).")
  private String admin = AdminClient.DEFAULT_ADDRESS;

  @Option(names = "--flows", paramLabel = "FILE|-", description = "Append one JSON line a flow.")
  private @Nullable String flows;

  @Option(names = "--config", paramLabel = "FILE", description = "YAML, see --help-config.")
  private @Nullable Path config;

  @Option(
      names = "--state",
      paramLabel = "DIR",
      description = "What cleanup needs is kept here (default: ${DEFAULT-VALUE}).")
  private Path state = DEFAULT_STATE;

  @Option(
      names = "--steer",
      description = "One of ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
  private Steer steer = Steer.tc;

  @Option(
      names = "--short-cut",
      description = "One of ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
  private ShortCut shortCut = ShortCut.auto;

  @Option(names = "--help-config", description = "Print every key of --config and exit.")
  private boolean helpConfig;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() throws Refusal {
    return ExitCode.OK;
  }
}
