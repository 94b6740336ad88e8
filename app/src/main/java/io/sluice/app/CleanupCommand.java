package io.sluice.app;

import io.sluice.app.agent.NamespaceLock;
import io.sluice.app.exit.ExitCode;
import io.sluice.app.exit.Refusal;
import io.sluice.bpf.nft.Nftables;
import io.sluice.bpf.steer.Datapath;
import io.sluice.bpf.steer.DatapathException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code sluice cleanup}: this network namespace is as if no agent had ever run in it; exit 1 while
 * one does.
 */
@Command(
    name = "cleanup",
    description =
        "Removes everything that an agent ever made in this network namespace: enforcement ends.",
    mixinStandardHelpOptions = true)
final class CleanupCommand implements Callable<Integer> {

  @Option(
      names = "--state",
      paramLabel = "DIR",
      description = "Where the agent kept its state (default: where the last one here did).")
  private @Nullable Path state;

  @Option(names = "--force", description = "Even while an agent runs here.")
  private boolean force;

  @Override
  public Integer call() throws Refusal {
    Path kept = state != null ? state : NamespaceLock.lastState();
    try (NamespaceLock lock = NamespaceLock.take()) {
      if (lock == null && !force) {
        throw Refusal.no("an agent runs in this network namespace: stop it first, or use --force");
      }
      Nftables.withdraw();
      Datapath.cleanup(kept != null ? kept : AgentCommand.DEFAULT_STATE);
      if (lock != null) {
        lock.forget();
      }
      return ExitCode.OK;
    } catch (DatapathException | IOException e) {
      throw Refusal.machine("cleanup is not complete: " + e.getMessage());
    }
  }
}
