package io.sluice.dns.relay;

import io.sluice.dns.codec.Answer;
import io.sluice.dns.codec.Query;
import io.sluice.proxy.policy.Endpoint;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Learns addresses from answers. Safe from any thread; never blocks. */
@FunctionalInterface
public interface Learner {
  /** Learns nothing. */
  Learner NONE = (endpoint, query, answer) -> null;

  /**
   * Takes in an answer without error to an allowed query.
   *
   * @return null if everything in it can be used already; else completes when it can, or
   *     exceptionally when it can't be made so
   */
  @Nullable CompletableFuture<Void> learn(Endpoint endpoint, Query query, Answer answer);
}
