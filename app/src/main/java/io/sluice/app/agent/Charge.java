package io.sluice.app.agent;

import io.sluice.app.agent.takeover.Incumbent;
import io.sluice.app.agent.takeover.Predecessor;
import io.sluice.app.exit.Refusal;
import io.sluice.bpf.steer.DatapathException;
import io.sluice.dns.learn.Heir;
import io.sluice.dns.learn.LearnedName;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What only one agent of a namespace may do at a time, taken and given away together: hold the
 * lock, write to the kernel, learn and write the files of names, answer at the admin address.
 */
final class Charge implements Incumbent {
  private static final Logger LOG = LoggerFactory.getLogger(Charge.class);

  /** How long policy may take to come and to be made ready while the other agent goes on. */
  private static final Duration READY_LIMIT = Duration.ofSeconds(60);

  /** How long a process that has just died may seem to hold the lock. */
  private static final int TRIES = 20;

  private static final long TRY_MILLIS = 100;

  private final Path state;
  private final NamespaceLock lock;
  private final DatapathUpdater datapath;
  private final DnsProxy dns;
  private final Admin admin;
  private final Runnable onReplaced;

  /**
   * Makes one that is not taken yet.
   *
   * @param state where the agent keeps its state
   * @param onReplaced run when another agent has it for good
   */
  Charge(
      Path state,
      NamespaceLock lock,
      DatapathUpdater datapath,
      DnsProxy dns,
      Admin admin,
      Runnable onReplaced) {
    this.state = state;
    this.lock = lock;
    this.datapath = datapath;
    this.dns = dns;
    this.admin = admin;
    this.onReplaced = onReplaced;
  }

  /**
   * Takes it where no other agent runs.
   *
   * @param subscribe lets policy come
   */
  void take(Runnable subscribe) throws IOException {
    lock.remember(state);
    admin.open();
    // Before the first snapshot, so that what was known is part of it.
    dns.remember();
    datapath.start();
    subscribe.run();
  }

  /**
   * Takes it from the agent that has it. What takes long comes first; between the moment when that
   * one lets go and the end of this its policy judges, and its proxy serves, as before.
   *
   * @param subscribe lets policy come
   * @throws Refusal if it is not to be had; closing the predecessor gives back what it gave
   */
  void takeOver(Predecessor predecessor, Runnable subscribe)
      throws Refusal, DatapathException, IOException {
    datapath.startAhead();
    subscribe.run();
    datapath.awaitReady(READY_LIMIT);
    dns.learning().startAhead();
    predecessor.ask();
    if (!holdSoon()) {
      throw Refusal.machine("the agent that runs in this network namespace has not let go of it");
    }
    lock.remember(state);
    admin.open();
    // Nobody else writes the files any more, and what is still learned comes from the predecessor.
    dns.remember();
    datapath.takeCharge();
    predecessor.replace(dns.learning()::learn, lock::endTurn);
  }

  /** What was learned goes first: it may still have to be put in force by this agent. */
  @Override
  public void giveTo(Heir heir) throws IOException {
    LOG.info("another agent takes over");
    dns.learning().giveTo(heir);
    datapath.giveCharge();
    admin.close();
    lock.letGo();
  }

  @Override
  public boolean regain() {
    try {
      return lock.hold();
    } catch (Refusal broken) {
      LOG.error("whether another agent is in charge can't be told: {}", broken.getMessage());
      return false;
    }
  }

  /** The lock comes first: without it nothing may be written. */
  @Override
  public boolean takeBack() {
    try {
      if (!holdSoon()) {
        return false;
      }
    } catch (Refusal broken) {
      LOG.error("this agent can't go on: {}", broken.getMessage());
      return false;
    }
    try {
      datapath.takeCharge();
    } catch (DatapathException | RuntimeException failure) {
      LOG.error(
          "the kernel does not take the policy back, it is tried again: {}", failure.toString());
    }
    try {
      admin.open();
    } catch (IOException | RuntimeException failure) {
      LOG.error("nobody answers at the admin address any more: {}", failure.toString());
    }
    dns.learning().takeBack();
    return true;
  }

  /** Tries it again and again: a lock on a file is waited for without end, or not at all. */
  private boolean holdSoon() throws Refusal {
    for (int i = 0; i < TRIES; i++) {
      if (lock.hold()) {
        return true;
      }
      try {
        Thread.sleep(TRY_MILLIS);
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
        return false;
      }
    }
    return false;
  }

  @Override
  public @Nullable CompletableFuture<Void> learn(LearnedName name) {
    return dns.learning().learn(name);
  }

  @Override
  public void replaced() {
    onReplaced.run();
  }
}
