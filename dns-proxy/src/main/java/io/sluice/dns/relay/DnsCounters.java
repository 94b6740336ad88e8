package io.sluice.dns.relay;

import io.sluice.proxy.policy.rule.Protocol;
import io.sluice.proxy.spi.Durations;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;

/**
 * Counts what becomes of messages, and how long queries take. Takes no lock and allocates nothing,
 * on any thread.
 */
public final class DnsCounters {
  // Filled once, only read after that.
  private final Map<DnsOutcome, Ended> ended = new EnumMap<>(DnsOutcome.class);

  /** Starts at zero. */
  public DnsCounters() {
    for (DnsOutcome outcome : DnsOutcome.values()) {
      ended.put(outcome, new Ended());
    }
  }

  /** The messages that ended in one way. */
  private static final class Ended {
    private final Map<GivenCode, LongAdder> overUdp = new EnumMap<>(GivenCode.class);
    private final Map<GivenCode, LongAdder> overTcp = new EnumMap<>(GivenCode.class);
    private final Map<DnsPart, Durations> times = new EnumMap<>(DnsPart.class);

    Ended() {
      for (GivenCode code : GivenCode.values()) {
        overUdp.put(code, new LongAdder());
        overTcp.put(code, new LongAdder());
      }
      for (DnsPart part : DnsPart.values()) {
        times.put(
            part,
            new Durations(
                1e-6, 5e-6, 1e-5, 2.5e-5, 5e-5, 1e-4, 2.5e-4, 5e-4, 1e-3, 2.5e-3, 5e-3, 0.01, 0.025,
                0.1, 0.5, 1, 2, 5));
      }
    }

    LongAdder count(Protocol carrier, GivenCode code) {
      return Objects.requireNonNull((carrier == Protocol.TCP ? overTcp : overUdp).get(code));
    }
  }

  /**
   * A message has come to its end.
   *
   * @param carrier of the client's message, TCP or UDP
   * @param code what the client was given
   */
  public void count(DnsOutcome outcome, Protocol carrier, GivenCode code) {
    ended(outcome).count(carrier, code).increment();
  }

  /** So long took a part of a query that has come to its end. */
  void took(DnsOutcome outcome, DnsPart part, long nanos) {
    times(outcome, part).record(nanos);
  }

  /** How many messages have become that, whatever carried them and whatever clients were given. */
  public long of(DnsOutcome outcome) {
    long sum = 0;
    for (GivenCode code : GivenCode.values()) {
      sum += of(outcome, Protocol.UDP, code) + of(outcome, Protocol.TCP, code);
    }
    return sum;
  }

  /** How many messages have become that; the parameters are those of {@link #count}. */
  public long of(DnsOutcome outcome, Protocol carrier, GivenCode code) {
    return ended(outcome).count(carrier, code).sum();
  }

  /** How long that part took of the queries that have become that. */
  public Durations times(DnsOutcome outcome, DnsPart part) {
    return Objects.requireNonNull(ended(outcome).times.get(part));
  }

  private Ended ended(DnsOutcome outcome) {
    return Objects.requireNonNull(ended.get(outcome));
  }
}
