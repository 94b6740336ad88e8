package io.sluice.app.agent.takeover;

import io.sluice.dns.learn.Heir;
import io.sluice.dns.learn.LearnedName;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** The agent that is in charge of the namespace, as the door sees it; called by one thread. */
public interface Incumbent {
  /**
   * Lets go of everything that only one agent may have. What is learned from here on goes to the
   * heir.
   *
   * @throws IOException why it can't; however it ends, {@link #takeBack} makes it whole again
   */
  void giveTo(Heir heir) throws IOException;

  /**
   * Gets back the right to be in charge, and nothing else yet, unless somebody has it: then nobody
   * can get it any more until it is given again. Called by any thread.
   *
   * @return false if somebody has it, or that can't be told
   */
  boolean regain();

  /**
   * Takes everything back that was given.
   *
   * @return false if somebody else is in charge by now; then it is as if that one had asked
   */
  boolean takeBack();

  /** Learns what an heir has left undone; null if it can be used already. */
  @Nullable CompletableFuture<Void> learn(LearnedName name);

  /** The successor is in charge: what is in flight is all that is left. */
  void replaced();
}
