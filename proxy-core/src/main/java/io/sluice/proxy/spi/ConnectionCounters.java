package io.sluice.proxy.spi;

import io.sluice.proxy.policy.Direction;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;

/** Counts connections: how many are open, how many were refused and why. Cheap on any thread. */
public final class ConnectionCounters {
  // Filled once, only read after that.
  private final Map<Direction, LongAdder> open = new EnumMap<>(Direction.class);
  private final Map<Direction, Map<Refusal, LongAdder>> refused = new EnumMap<>(Direction.class);
  private final LongAdder faults = new LongAdder();

  /** Starts at zero. */
  public ConnectionCounters() {
    for (Direction direction : Direction.values()) {
      open.put(direction, new LongAdder());
      Map<Refusal, LongAdder> reasons = new EnumMap<>(Refusal.class);
      for (Refusal reason : Refusal.values()) {
        reasons.put(reason, new LongAdder());
      }
      refused.put(direction, reasons);
    }
  }

  /** One more is open. */
  public void opened(Direction direction) {
    adder(open, direction).increment();
  }

  /** One less is open. */
  public void closed(Direction direction) {
    adder(open, direction).decrement();
  }

  /** One was refused. */
  public void refused(Direction direction, Refusal reason) {
    adder(adder(refused, direction), reason).increment();
  }

  /** One was reset because the proxy's own code failed. */
  public void faulted() {
    faults.increment();
  }

  /** How many are open now. */
  public long open(Direction direction) {
    return adder(open, direction).sum();
  }

  /** How many have been refused for this reason. */
  public long refusals(Direction direction, Refusal reason) {
    return adder(adder(refused, direction), reason).sum();
  }

  /** How many have been reset because the proxy's own code failed; each is a bug. */
  public long faults() {
    return faults.sum();
  }

  private static <K, V> V adder(Map<K, V> all, K key) {
    return Objects.requireNonNull(all.get(key));
  }
}
