package io.sluice.app.agent.takeover;

import io.sluice.app.exit.ExitCode;
import io.sluice.app.exit.Refusal;
import io.sluice.dns.learn.LearnedName;
import io.sluice.dns.learn.NameRecords;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The agent that is in charge, as the one that takes over sees it. */
public final class Predecessor implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Predecessor.class);

  /** Its door may be busy with one that says nothing. */
  private static final Duration GREETING_LIMIT = Conversation.GREETING_LIMIT.multipliedBy(2);

  /** For what it has learned to be settled. */
  private static final Duration ANSWER_LIMIT = Duration.ofSeconds(15);

  /** For its end, after it has finished. */
  private static final Duration END_LIMIT = Duration.ofSeconds(10);

  private static final Duration MOST_FINISHING = Duration.ofHours(2);

  private final Conversation conversation;
  private Duration finishing = Duration.ZERO;

  /** From when it is asked until this agent is in charge: nobody else can be meanwhile. */
  private @Nullable Watchdog watchdog;

  private Predecessor(Conversation conversation) {
    this.conversation = conversation;
  }

  /**
   * Knocks at its door; it notices nothing yet.
   *
   * @param door its address
   * @param steer the options that say how this agent steers; with others connections of one of them
   *     would be cut
   * @param state where this agent keeps its state
   * @throws Refusal if it is not there, or can't be taken over by this one
   */
  public static Predecessor at(Path door, String steer, Path state) throws Refusal {
    Conversation conversation;
    try {
      conversation = new Conversation(SocketChannel.open(UnixDomainSocketAddress.of(door)));
    } catch (IOException nobody) {
      throw Refusal.machine(
          "the agent that runs in this network namespace can't be taken over from ("
              + door
              + ": "
              + nobody.getMessage()
              + "): stop it first");
    }
    Predecessor predecessor = new Predecessor(conversation);
    try (Watchdog _ = conversation.within(GREETING_LIMIT)) {
      predecessor.greet(steer, state.toAbsolutePath());
      return predecessor;
    } catch (IOException broken) {
      predecessor.close();
      throw Refusal.machine(
          "the agent that is to be taken over from does not answer (" + broken + "): try again");
    } catch (Refusal | RuntimeException e) {
      predecessor.close();
      throw e;
    }
  }

  private void greet(String steer, Path state) throws IOException, Refusal {
    conversation.begin();
    int version = conversation.begun();
    if (version != Conversation.VERSION) {
      throw Refusal.machine(
          "the agent that runs in this network namespace hands over by version "
              + version
              + ", this one takes over by version "
              + Conversation.VERSION
              + ": stop it first");
    }
    Conversation.Message told = conversation.receive();
    if (told == null || told.kind() != Conversation.Kind.STATE) {
      throw new IOException("it does not say how it steers");
    }
    String theirSteer = told.content().readUTF();
    String theirState = told.content().readUTF();
    long millis = told.content().readLong();
    finishing = Duration.ofMillis(Math.clamp(millis, 0, MOST_FINISHING.toMillis()));
    if (!theirSteer.equals(steer)) {
      throw Refusal.usage(
          steer
              + ": the agent that is to be taken over from runs with "
              + theirSteer
              + ", and connections would be cut (expected: the same, or stop it first)");
    }
    if (!Path.of(theirState).equals(state)) {
      throw Refusal.usage(
          "--state "
              + state
              + ": the agent that is to be taken over from keeps its state in "
              + theirState
              + " (expected: the same, or stop it first)");
    }
  }

  /**
   * Asks it to let go of everything; when this returns, it has, or it has ended. From here on this
   * process ends itself if {@link #replace} or {@link #close} is not called soon: nobody would be
   * in charge as long as it hangs.
   *
   * @throws Refusal if it does not; then it goes on
   */
  public void ask() throws Refusal {
    // Begun before, for nothing that could fail or hang may come between.
    Watchdog charge = new Watchdog(ANSWER_LIMIT.plus(Conversation.CHARGE_LIMIT), Predecessor::halt);
    watchdog = charge;
    try (Watchdog _ = conversation.within(ANSWER_LIMIT)) {
      conversation.send(Conversation.Kind.ASKED);
      Conversation.Message answer = conversation.receive();
      charge.restart(Conversation.CHARGE_LIMIT);
      if (answer != null && answer.kind() != Conversation.Kind.GIVEN) {
        throw Refusal.machine(
            "the agent that runs in this network namespace does not hand over: "
                + (answer.kind() == Conversation.Kind.REFUSED
                    ? answer.content().readUTF()
                    : answer.kind()));
      }
    } catch (IOException ended) {
      // Whether it has really gone says its lock.
      LOG.info("the agent that is to be taken over from does not answer: {}", ended.toString());
    }
  }

  private static void halt() {
    System.err.println(
        "sluice: this agent was given the network namespace, and is not in charge after "
            + Conversation.CHARGE_LIMIT.toSeconds()
            + " s: it ends, and the agent before it goes on (if the machine is that slow, stop that"
            + " one, and start this one without --take-over)");
    Runtime.getRuntime().halt(ExitCode.MACHINE);
  }

  /**
   * Tells it that this agent is in charge, and learns what it still learns, on a thread of its own.
   *
   * @param learner learns a name; null if it can be used already
   * @param gone called when it has ended, or should have long since
   */
  public void replace(
      Function<LearnedName, @Nullable CompletableFuture<Void>> learner, Runnable gone) {
    // Before it is said: who has said it must not end any more.
    endWatch();
    try {
      conversation.send(Conversation.Kind.IN_CHARGE);
    } catch (IOException ended) {
      // Nothing is left of it that could be in flight.
      LOG.info("the agent before this one has ended: {}", ended.toString());
    }
    Thread.ofPlatform()
        .name("predecessor")
        .daemon()
        .start(
            () -> {
              try (Watchdog _ = conversation.within(finishing.plus(END_LIMIT))) {
                follow(learner);
                LOG.info("the agent before this one has finished");
              } catch (IOException | RuntimeException broken) {
                LOG.warn("what the agent before this one has in flight fails", broken);
              } finally {
                conversation.close();
                gone.run();
              }
            });
  }

  private void endWatch() {
    Watchdog charge = watchdog;
    if (charge != null) {
      charge.end();
    }
  }

  private void follow(Function<LearnedName, @Nullable CompletableFuture<Void>> learner)
      throws IOException {
    for (Conversation.Message message = conversation.receive();
        message != null;
        message = conversation.receive()) {
      if (message.kind() != Conversation.Kind.LEARNED) {
        throw new IOException("unexpected " + message.kind());
      }
      long number = message.content().readLong();
      for (LearnedName name : NameRecords.read(message.content())) {
        CompletableFuture<Void> usable = learner.apply(name);
        if (usable == null) {
          answer(number, true);
        } else {
          usable.whenComplete((done, failure) -> answer(number, failure == null));
        }
      }
    }
  }

  private void answer(long number, boolean usable) {
    try {
      conversation.send(
          usable ? Conversation.Kind.IN_FORCE : Conversation.Kind.NOT_IN_FORCE,
          out -> out.writeLong(number));
    } catch (IOException ended) {
      LOG.debug("the agent before this one does not wait for a name any more", ended);
    }
  }

  /** Leaves it alone: if it has let go, it takes everything back. */
  @Override
  public void close() {
    endWatch();
    conversation.close();
  }
}
