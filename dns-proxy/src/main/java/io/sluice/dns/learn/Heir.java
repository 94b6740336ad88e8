package io.sluice.dns.learn;

import java.util.concurrent.CompletableFuture;

/** Learns in the place of a {@link Learning} that has given everything away. */
@FunctionalInterface
public interface Heir {
  /**
   * Takes in addresses of a name; from any thread, never blocks.
   *
   * @return completes when they can be used, or exceptionally when they can't be made so
   */
  CompletableFuture<Void> learn(LearnedName name);
}
