package io.sluice.app.agent.takeover;

import io.sluice.dns.learn.Heir;
import io.sluice.dns.learn.LearnedName;
import io.sluice.dns.learn.NameRecords;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The agent that takes over, as the one before sees it: learns in its place. So many names wait for
 * it at most as have {@value #MOST_ADDRESSES} addresses together; more can't be learned for now.
 */
final class Successor implements Heir {
  private static final Logger LOG = LoggerFactory.getLogger(Successor.class);

  /** A second's worth of answers, for a take-over that takes much longer has failed. */
  static final int MOST_ADDRESSES = 1 << 16;

  private final Conversation conversation;
  private final AtomicInteger addresses = new AtomicInteger();
  private final AtomicLong last = new AtomicLong();
  private final Map<Long, Waiting> waiting = new ConcurrentHashMap<>();
  private final BlockingQueue<Long> unsent = new LinkedBlockingQueue<>();
  private final Thread sender =
      Thread.ofPlatform().name("successor").daemon().unstarted(this::sendAll);
  private volatile boolean gone;

  private record Waiting(LearnedName name, CompletableFuture<Void> usable) {}

  Successor(Conversation conversation) {
    this.conversation = conversation;
  }

  @Override
  public CompletableFuture<Void> learn(LearnedName name) {
    int size = name.addresses().size();
    if (addresses.addAndGet(size) > MOST_ADDRESSES || gone) {
      addresses.addAndGet(-size);
      return CompletableFuture.failedFuture(
          new IOException("the agent that takes over learns no more names for now"));
    }
    long number = last.incrementAndGet();
    CompletableFuture<Void> usable = new CompletableFuture<>();
    waiting.put(number, new Waiting(name, usable));
    unsent.add(number);
    if (gone) {
      // It may have gone between the two, and nobody would look here again.
      answered(number, false);
    }
    return usable;
  }

  /** Starts to tell it what is learned. */
  void follow() {
    sender.start();
  }

  private void sendAll() {
    try {
      while (true) {
        long number = unsent.take();
        Waiting next = waiting.get(number);
        if (next != null) {
          conversation.send(
              Conversation.Kind.LEARNED,
              out -> {
                out.writeLong(number);
                NameRecords.write(List.of(next.name()), out);
              });
        }
      }
    } catch (IOException ended) {
      LOG.debug("the agent that takes over does not listen any more", ended);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }

  /** It has said what has become of a name. */
  void answered(long number, boolean usable) {
    Waiting one = waiting.remove(number);
    if (one == null) {
      return;
    }
    addresses.addAndGet(-one.name().addresses().size());
    if (usable) {
      one.usable().complete(null);
    } else {
      one.usable()
          .completeExceptionally(
              new IOException("the agent that has taken over can't put the name in force"));
    }
  }

  /** It is gone before it was in charge: who has given learns what it has left undone. */
  void giveBack(Incumbent incumbent) {
    sender.interrupt();
    for (Long number : List.copyOf(waiting.keySet())) {
      Waiting one = waiting.remove(number);
      if (one == null) {
        continue;
      }
      CompletableFuture<Void> usable = incumbent.learn(one.name());
      if (usable == null) {
        one.usable().complete(null);
      } else {
        usable.whenComplete(
            (done, failure) -> {
              if (failure == null) {
                one.usable().complete(null);
              } else {
                one.usable().completeExceptionally(failure);
              }
            });
      }
    }
  }

  /** It is gone, and what it was told with it. */
  void fail() {
    gone = true;
    sender.interrupt();
    List.copyOf(waiting.keySet()).forEach(number -> answered(number, false));
  }
}
