package io.sluice.app.agent.takeover;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Watches that something does not take too long: if it has not ended by then, something else is
 * done, and again each time that long has passed. When {@link #end} returns, nothing is done any
 * more.
 */
final class Watchdog implements AutoCloseable {
  private final Runnable late;
  private long patienceNanos;
  private long sinceNanos = System.nanoTime();
  private boolean closed;

  /**
   * Begins at once.
   *
   * @param late run on a thread of its own; what ends this waits for it
   */
  Watchdog(Duration patience, Runnable late) {
    this.patienceNanos = patience.toNanos();
    this.late = late;
    Thread.ofPlatform().name("take-over-watch").daemon().start(this::watch);
  }

  private synchronized void watch() {
    try {
      while (!closed) {
        long left = patienceNanos - (System.nanoTime() - sinceNanos);
        if (left > 0) {
          wait(TimeUnit.NANOSECONDS.toMillis(left) + 1);
        } else {
          late.run();
          sinceNanos = System.nanoTime();
        }
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Begins again. */
  synchronized void restart(Duration patience) {
    patienceNanos = patience.toNanos();
    sinceNanos = System.nanoTime();
    notifyAll();
  }

  /** What it was for has happened. */
  synchronized void end() {
    closed = true;
    notifyAll();
  }

  @Override
  public void close() {
    end();
  }
}
