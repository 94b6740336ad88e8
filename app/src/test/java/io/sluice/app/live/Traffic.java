package io.sluice.app.live;

import io.sluice.app.lab.NetworkNamespace;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * What clients do again and again until they are stopped, on threads of their own; counts how often
 * and keeps what went wrong.
 */
final class Traffic implements AutoCloseable {
  private static final Duration LAST_ANSWER = Duration.ofSeconds(5);

  private final List<Thread> threads = new ArrayList<>();
  private final List<Queries> queries = new ArrayList<>();
  private final Queue<String> failures = new ConcurrentLinkedQueue<>();
  private final AtomicLong done = new AtomicLong();
  private volatile boolean stopped;

  /** One thing that a client does. */
  @FunctionalInterface
  interface Step {
    void run() throws Exception;
  }

  /** Does it over and over; what it throws is a failure. */
  Traffic repeat(String what, Duration pause, Step step) {
    threads.add(
        Thread.ofPlatform()
            .daemon()
            .name(what)
            .start(
                () -> {
                  while (!stopped) {
                    try {
                      step.run();
                      done.incrementAndGet();
                      TimeUnit.NANOSECONDS.sleep(pause.toNanos());
                    } catch (InterruptedException end) {
                      return;
                    } catch (Exception | AssertionError failure) {
                      failures.add(what + ": " + failure);
                    }
                  }
                }));
    return this;
  }

  /** Sends queries for known names over UDP, so many a second, whether answers come or not. */
  Traffic ask(NetworkNamespace from, String server, int perSecond, String... names) {
    Queries asked = from.call(() -> new Queries(server, perSecond, names));
    queries.add(asked);
    threads.add(Thread.ofPlatform().daemon().name("queries").start(asked::send));
    Thread.ofPlatform().daemon().name("answers").start(asked::receive);
    return this;
  }

  /** How often things were done without a failure. */
  long done() {
    return done.get();
  }

  /** What went wrong, each once. */
  List<String> failures() {
    return List.copyOf(failures);
  }

  /** How many queries were sent up to now. */
  long sent() {
    return queries.stream().mapToLong(each -> each.sent).sum();
  }

  /** How many queries have got no answer; to be asked when it is stopped. */
  long unanswered() {
    return queries.stream().mapToLong(Queries::unanswered).sum();
  }

  /** How many of them have been told that there is no answer. */
  long refused() {
    return queries.stream().mapToLong(each -> each.refused).sum();
  }

  /** Ends it, and waits for the last answers. */
  Traffic stop() throws InterruptedException {
    stopped = true;
    for (Thread thread : threads) {
      thread.join();
    }
    long end = System.nanoTime() + LAST_ANSWER.toNanos();
    while (unanswered() > 0 && System.nanoTime() < end) {
      TimeUnit.MILLISECONDS.sleep(20);
    }
    return this;
  }

  @Override
  public void close() throws Exception {
    stop();
    queries.forEach(each -> each.socket.close());
  }

  /** Queries from one port; each number is in use once at a time. */
  private final class Queries {
    private final DatagramSocket socket = new DatagramSocket();
    private final long pauseNanos;
    private final byte[][] messages;
    private final BitSet waiting = new BitSet();
    private volatile long sent;
    private volatile long refused;
    private long lost;

    Queries(String server, int perSecond, String... names) throws IOException {
      socket.connect(new InetSocketAddress(InetAddress.ofLiteral(server), 53));
      pauseNanos = TimeUnit.SECONDS.toNanos(1) / perSecond;
      messages = new byte[names.length][];
      for (int i = 0; i < names.length; i++) {
        messages[i] = Lookup.query(0, names[i], Lookup.A);
      }
    }

    private void send() {
      long next = System.nanoTime();
      while (!stopped) {
        try {
          int number = (int) (sent & 0xffff);
          byte[] message = messages[number % messages.length].clone();
          message[0] = (byte) (number >> 8);
          message[1] = (byte) number;
          synchronized (waiting) {
            lost += waiting.get(number) ? 1 : 0;
            waiting.set(number);
          }
          socket.send(new DatagramPacket(message, message.length));
        } catch (IOException refused) {
          // It counts as unanswered.
        }
        sent++;
        next += pauseNanos;
        long left = next - System.nanoTime();
        if (left > 0) {
          LockSupport.parkNanos(left);
        }
      }
    }

    private void receive() {
      DatagramPacket answer = new DatagramPacket(new byte[1_500], 1_500);
      while (!socket.isClosed()) {
        try {
          socket.receive(answer);
          byte[] bytes = answer.getData();
          boolean good = (bytes[3] & 15) == 0 && bytes[7] > 0;
          synchronized (waiting) {
            if (good) {
              waiting.clear((bytes[0] & 0xff) << 8 | (bytes[1] & 0xff));
            } else {
              refused++;
            }
          }
        } catch (IOException closedOrRefused) {
          // Goes on until it is closed.
        }
      }
    }

    private long unanswered() {
      synchronized (waiting) {
        return lost + waiting.cardinality();
      }
    }
  }
}
