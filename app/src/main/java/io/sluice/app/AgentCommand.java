package io.sluice.app;

import io.sluice.app.agent.Agent;
import io.sluice.app.agent.AgentOptions;
import io.sluice.app.agent.Steer;
import io.sluice.app.ask.AdminClient;
import io.sluice.app.exit.ExitCode;
import io.sluice.app.exit.Refusal;
import io.sluice.proxy.config.Config;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
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
  private static final Logger LOG = LoggerFactory.getLogger(AgentCommand.class);

  /** Longer than the requests in flight get. */
  private static final int STOP_SECONDS = 15;

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

  /** How what pods of this node send gets to the proxy. */
  enum ShortCut {
    /** As it costs least: by TCP/IP, as bench/README.md shows. */
    auto,
    /** From socket to socket, where the machine allows it. */
    on,
    /** By TCP/IP. */
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
      names = "--take-over",
      description = {
        "Take over from the agent that runs here, which finishes what is in flight and exits with"
            + " 0: no query is lost, and no request that ends within its takeOver.drain; then it"
            + " resets what is left, tunnels and connections that are only audited, too. Without"
            + " one it is an ordinary start. If this one can't start, the other goes on."
      })
  private boolean takeOver;

  @Option(
      names = "--steer",
      description = {
        "tc: by programs on the pods' interfaces. nft: by rules of nftables, where no programs can"
            + " be attached; L3/L4 verdicts are then enforced, but not recorded as flows, and pods"
            + " on a bridge are not enforced; does not go with dns.fail: known-names (default:"
            + " ${DEFAULT-VALUE})."
      })
  private Steer steer = Steer.tc;

  @Option(
      names = "--short-cut",
      description =
          "Whether what pods send to the proxy passes TCP/IP by, where tc and the machine can: one"
              + " of ${COMPLETION-CANDIDATES}; auto is where that pays, which is nowhere yet"
              + " (default: ${DEFAULT-VALUE}).")
  private ShortCut shortCut = ShortCut.auto;

  @Option(names = "--help-config", description = "Print every key of --config and exit.")
  private boolean helpConfig;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() throws Refusal, InterruptedException {
    if (helpConfig) {
      spec.commandLine().getOut().print(Config.help());
      spec.commandLine().getOut().flush();
      return ExitCode.OK;
    }
    AgentOptions options = options();
    CompletableFuture<Agent> agent = new CompletableFuture<>();
    // A signal ends the JVM through its hooks, with the signal's exit code unless a hook halts it.
    Thread onSignal = new Thread(() -> stop(agent), "stop");
    Runtime.getRuntime().addShutdownHook(onSignal);
    Agent started;
    try {
      started = Agent.start(options);
      agent.complete(started);
    } catch (Refusal | RuntimeException | Error e) {
      // If a signal has come meanwhile, the hook need not wait for an agent that won't be.
      agent.cancel(false);
      Runtime.getRuntime().removeShutdownHook(onSignal);
      throw e;
    }
    // Forever, unless another agent takes over: else only a signal ends it.
    started.awaitReplaced();
    started.close();
    return ExitCode.OK;
  }

  private static void stop(CompletableFuture<Agent> agent) {
    try {
      // Not on this thread, which would wait for one that closes it already.
      agent
          .thenAcceptAsync(Agent::stop, task -> Thread.ofPlatform().daemon().start(task))
          .get(STOP_SECONDS, TimeUnit.SECONDS);
    } catch (CancellationException e) {
      LOG.info("stopped before it had started");
    } catch (ExecutionException | TimeoutException e) {
      LOG.warn("the agent did not stop in order", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      Runtime.getRuntime().halt(ExitCode.OK);
    }
  }

  private AgentOptions options() throws Refusal {
    Source from = source;
    if (from == null) {
      throw Refusal.usage(
          "where is the policy? Name a folder with --world, or --control unix:PATH");
    }
    AgentOptions.PolicySource policySource =
        from.world != null
            ? new AgentOptions.World(from.world)
            : new AgentOptions.Control(String.valueOf(from.control));
    return new AgentOptions(
        policySource, node, admin, flows, config, state, takeOver, steer, shortCut == ShortCut.on);
  }
}
