package io.sluice.proxy.policy;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/**
 * Holds the snapshot in force: swapped as a whole, read without a lock, so that every decision sees
 * one complete policy.
 */
public final class CurrentPolicy {
  private final List<Consumer<PolicySnapshot>> watchers = new CopyOnWriteArrayList<>();
  private volatile PolicySnapshot snapshot;

  /**
   * Starts with a snapshot.
   *
   * @param first usually the empty one of version 0, which denies everything
   */
  public CurrentPolicy(PolicySnapshot first) {
    this.snapshot = first;
  }

  /** The snapshot in force. */
  public PolicySnapshot get() {
    return snapshot;
  }

  /** Calls the watcher after each later swap, on the thread that swaps; it must not block. */
  public void watch(Consumer<PolicySnapshot> watcher) {
    watchers.add(watcher);
  }

  /** Puts a new snapshot in force, then tells the watchers in the order of their registration. */
  public synchronized void swap(PolicySnapshot next) {
    snapshot = next;
    for (Consumer<PolicySnapshot> watcher : watchers) {
      watcher.accept(next);
    }
  }
}
