package io.sluice.dns.relay;

import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;

/** Counts what becomes of messages. Cheap on any thread. */
public final class DnsCounters {
  // Filled once, only read after that.
  private final Map<DnsOutcome, LongAdder> outcomes = new EnumMap<>(DnsOutcome.class);

  /** Starts at zero. */
  public DnsCounters() {
    for (DnsOutcome outcome : DnsOutcome.values()) {
      outcomes.put(outcome, new LongAdder());
    }
  }

  void count(DnsOutcome outcome) {
    Objects.requireNonNull(outcomes.get(outcome)).increment();
  }

  /** How many messages have become that. */
  public long of(DnsOutcome outcome) {
    return Objects.requireNonNull(outcomes.get(outcome)).sum();
  }
}
