package io.sluice.dns.learn;

import io.sluice.dns.match.DnsName;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands changed addresses to {@link NamesInForce} on a thread of its own, batch after batch: while
 * one is being put in force, what changes meanwhile becomes the next. An answer that says nothing
 * new waits all the same for what an answer before it has changed (two queries for one name race
 * each other). What failed is tried again. Safe from any thread.
 */
final class Handover implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Handover.class);

  private final NamesByAddress names;
  private final NamesInForce inForce;
  private final Runnable before;
  private final Thread thread;

  /** The last batch of each address that is not in force: waiting, under way, or failed. */
  private final Map<InetAddress, Batch> pending = new HashMap<>();

  private Batch next = new Batch(1);
  private long failures;
  private volatile boolean closing;

  /** Addresses that are put in force together; batches end in the order of their numbers. */
  private static final class Batch {
    private final long number;
    private final Set<InetAddress> addresses = new HashSet<>();
    private final CompletableFuture<Void> done = new CompletableFuture<>();

    Batch(long number) {
      this.number = number;
    }
  }

  /**
   * Makes one.
   *
   * @param before run for each batch before it is put in force
   */
  Handover(NamesByAddress names, NamesInForce inForce, Runnable before) {
    this.names = names;
    this.inForce = inForce;
    this.before = before;
    this.thread = Thread.ofPlatform().name("names-in-force").daemon().unstarted(this::run);
  }

  /** Puts in force what has changed up to now, then starts to follow. */
  void start() {
    putChanged();
    thread.start();
  }

  /** Puts in force what has changed up to now; before the start only. */
  void putChanged() {
    putNext();
  }

  /** Whether anything depends on the name. */
  boolean wants(DnsName name) {
    return inForce.wants(name);
  }

  /** An address has got or lost a name. */
  void changed(DnsName name, InetAddress address) {
    if (inForce.wants(name)) {
      again(List.of(address));
    }
  }

  private synchronized void again(Collection<InetAddress> addresses) {
    for (InetAddress address : addresses) {
      next.addresses.add(address);
      pending.put(address, next);
    }
    if (!next.addresses.isEmpty()) {
      LockSupport.unpark(thread);
    }
  }

  /** What must end before all these addresses are in force; null if they are. */
  synchronized @Nullable CompletableFuture<Void> pending(List<LearnedAddress> addresses) {
    Batch latest = null;
    for (LearnedAddress one : addresses) {
      Batch batch = pending.get(one.address());
      if (batch != null && batch.done.isCompletedExceptionally()) {
        again(List.of(one.address()));
        batch = next;
      }
      if (batch != null && (latest == null || batch.number > latest.number)) {
        latest = batch;
      }
    }
    return latest == null ? null : latest.done;
  }

  /**
   * Waits until everything that has changed up to now is in force; what has failed is not tried
   * again for it.
   */
  void awaitEnd(long seconds) throws InterruptedException, TimeoutException {
    CompletableFuture<?>[] unended;
    synchronized (this) {
      unended =
          pending.values().stream()
              .map(batch -> batch.done)
              .filter(done -> !done.isCompletedExceptionally())
              .distinct()
              .toArray(CompletableFuture<?>[]::new);
    }
    try {
      CompletableFuture.allOf(unended).get(seconds, TimeUnit.SECONDS);
    } catch (ExecutionException failed) {
      // Who waits for it has been told.
    }
  }

  /** Tries again what has failed. */
  synchronized void retry() {
    List<InetAddress> failed = new ArrayList<>();
    pending.forEach(
        (address, batch) -> {
          if (batch.done.isCompletedExceptionally()) {
            failed.add(address);
          }
        });
    again(failed);
  }

  synchronized long failures() {
    return failures;
  }

  private void run() {
    while (!closing) {
      if (!putNext()) {
        LockSupport.park(this);
      }
    }
  }

  /** Puts one batch in force; false if there is none. */
  private boolean putNext() {
    Batch batch = take();
    if (batch == null) {
      return false;
    }
    Throwable failure = null;
    try {
      Map<InetAddress, Set<DnsName>> now = new HashMap<>();
      // Read after the batch was taken: what changes from here on is in the next one.
      batch.addresses.forEach(address -> now.put(address, names.of(address)));
      before.run();
      inForce.put(now);
    } catch (NamesNotInForceException | RuntimeException e) {
      failure = e;
    }
    ended(batch, failure);
    return true;
  }

  private synchronized @Nullable Batch take() {
    if (next.addresses.isEmpty()) {
      return null;
    }
    Batch batch = next;
    next = new Batch(batch.number + 1);
    return batch;
  }

  private void ended(Batch batch, @Nullable Throwable failure) {
    synchronized (this) {
      if (failure == null) {
        batch.addresses.forEach(address -> pending.remove(address, batch));
      } else {
        failures++;
      }
    }
    if (failure == null) {
      batch.done.complete(null);
    } else {
      LOG.warn(
          "{} learned addresses could not be put in force: {}",
          batch.addresses.size(),
          failure.toString());
      batch.done.completeExceptionally(failure);
    }
  }

  /** Ends the thread; who waits is told at its own deadline. */
  @Override
  public void close() {
    closing = true;
    LockSupport.unpark(thread);
  }
}
