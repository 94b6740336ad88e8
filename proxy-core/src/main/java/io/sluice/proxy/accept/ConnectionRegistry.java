package io.sluice.proxy.accept;

import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.EventExecutor;
import io.sluice.proxy.policy.Direction;
import io.sluice.proxy.spi.ConnectionCounters;
import io.sluice.proxy.spi.Limits;
import io.sluice.proxy.spi.Refusal;
import java.net.InetAddress;
import java.time.Duration;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Knows every open connection, holds their number within bounds, and reaches each on its own event
 * loop: for the clock, for a new policy, for the end.
 *
 * <p>A connection is registered before it is judged for the first time. Otherwise a swap of the
 * snapshot between the judgement and the registration would miss it.
 */
public final class ConnectionRegistry {
  private static final long TICK_MILLIS = 250;

  private record Budget(long endpointId, Direction direction) {}

  private final IdentityHashMap<EventLoop, LoopConnections> loops = new IdentityHashMap<>();
  private final Map<Budget, Integer> perEndpoint = new ConcurrentHashMap<>();
  private final Map<InetAddress, Integer> servers = new ConcurrentHashMap<>();
  private final AtomicInteger total = new AtomicInteger();
  private final CountDownLatch drained = new CountDownLatch(1);
  private final Limits limits;
  private final ConnectionCounters counters;
  private volatile boolean finishing;
  private volatile boolean stopping;

  /** Makes an empty one and starts the clock of each loop. */
  public ConnectionRegistry(EventLoopGroup group, Limits limits, ConnectionCounters counters) {
    this.limits = limits;
    this.counters = counters;
    for (EventExecutor executor : group) {
      LoopConnections connections = new LoopConnections();
      loops.put((EventLoop) executor, connections);
      executor.scheduleWithFixedDelay(
          () -> tick(connections), TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
    }
  }

  /**
   * Takes a connection in, on its event loop.
   *
   * @return null, or why it must be refused
   */
  public @Nullable Refusal register(Registered connection) {
    if (stopping) {
      return Refusal.STOPPING;
    }
    if (total.incrementAndGet() > limits.connections()) {
      total.decrementAndGet();
      return Refusal.TOTAL_LIMIT;
    }
    Budget budget = new Budget(connection.endpointId(), connection.direction());
    int open = perEndpoint.merge(budget, 1, Integer::sum);
    if (open > limits.connectionsPerEndpoint()) {
      release(budget);
      return Refusal.ENDPOINT_LIMIT;
    }
    counters.opened(connection.direction());
    of(connection).add(connection);
    if (connection.direction() == Direction.EGRESS) {
      servers.merge(connection.destination().getAddress(), 1, Integer::sum);
    }
    if (finishing) {
      connection.finish();
    }
    return null;
  }

  /** Lets a connection go, on its event loop; does nothing the second time. */
  public void unregister(Registered connection) {
    if (of(connection).remove(connection)) {
      counters.closed(connection.direction());
      if (connection.direction() == Direction.EGRESS) {
        servers.computeIfPresent(
            connection.destination().getAddress(), (key, open) -> open == 1 ? null : open - 1);
      }
      release(new Budget(connection.endpointId(), connection.direction()));
    }
  }

  /** Whether a connection that left a pod is open to the address; from any thread. */
  public boolean isConnectedTo(InetAddress server) {
    return servers.containsKey(server);
  }

  /** Judges every connection anew, soon, each on its own loop. */
  public void rejudgeAll() {
    loops.forEach(
        (loop, connections) -> {
          if (connections.rejudging.compareAndSet(false, true)) {
            execute(
                loop,
                () -> {
                  // Cleared first: a swap from here on queues another round.
                  connections.rejudging.set(false);
                  connections.each(Registered::rejudge);
                });
          }
        });
  }

  /** Asks the open connections, and those that still come, to end with their next answer. */
  public void finishAll() {
    // Before the round: who registers from here on is told by itself.
    finishing = true;
    onEachLoop(connections -> connections.each(Registered::finish));
  }

  /** How many connections are open. */
  public int open() {
    return total.get();
  }

  /**
   * Refuses new connections, asks the open ones to end, waits, and resets those that are left.
   *
   * @return whether all had ended by themselves
   */
  public boolean drain(Duration patience) {
    stopping = true;
    onEachLoop(connections -> connections.each(Registered::drain));
    if (total.get() == 0) {
      return true;
    }
    try {
      return drained.await(patience.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return false;
    } finally {
      resetAll();
    }
  }

  /** Refuses new connections and resets the open ones. */
  public void resetAll() {
    stopping = true;
    onEachLoop(connections -> connections.each(Registered::reset));
  }

  private static void tick(LoopConnections connections) {
    long now = System.nanoTime();
    connections.each(connection -> connection.tick(now));
  }

  private void onEachLoop(Consumer<LoopConnections> action) {
    loops.forEach((loop, connections) -> execute(loop, () -> action.accept(connections)));
  }

  private static void execute(EventLoop loop, Runnable task) {
    try {
      loop.execute(task);
    } catch (RejectedExecutionException closed) {
      // The proxy is closed: its loop has no connection left to reach.
    }
  }

  private LoopConnections of(Registered connection) {
    LoopConnections connections = loops.get(connection.loop());
    if (connections == null) {
      throw new IllegalStateException("connection on a foreign event loop");
    }
    return connections;
  }

  private void release(Budget budget) {
    perEndpoint.computeIfPresent(budget, (key, open) -> open == 1 ? null : open - 1);
    if (total.decrementAndGet() == 0 && stopping) {
      drained.countDown();
    }
  }
}
