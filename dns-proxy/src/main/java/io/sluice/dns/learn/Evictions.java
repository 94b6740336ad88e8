package io.sluice.dns.learn;

import io.sluice.dns.match.DnsName;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Counts what is forgotten before its time, and keeps of each limit one case to tell of: there can
 * be one for every query, of which none may wait for a log.
 */
final class Evictions {
  private static final long QUIET_MILLIS = TimeUnit.MINUTES.toMillis(1);

  private final LearnSettings settings;

  // Filled once, only read after that.
  private final Map<Limit, Evicted> all = new EnumMap<>(Limit.class);

  private record Case(String endpoint, DnsName name) {}

  /** What had no room in one limit. */
  private static final class Evicted {
    private final LongAdder count = new LongAdder();
    private final AtomicReference<@Nullable Case> untold = new AtomicReference<>();
    private long toldCount;
    private long quietUntilMillis = Long.MIN_VALUE;
  }

  Evictions(LearnSettings settings) {
    this.settings = settings;
    for (Limit limit : Limit.values()) {
      all.put(limit, new Evicted());
    }
  }

  /** An address of a name had to go. Cheap on any thread. */
  void count(Limit limit, String endpoint, DnsName name) {
    Evicted evicted = evicted(limit);
    evicted.count.increment();
    if (evicted.untold.get() == null) {
      evicted.untold.set(new Case(endpoint, name));
    }
  }

  /** How many addresses had to go. */
  long of(Limit limit) {
    return evicted(limit).count.sum();
  }

  /** What is to be told now: one line for each limit, and none again for a minute. One thread. */
  List<String> tell(long nowMillis) {
    List<String> lines = new ArrayList<>();
    all.forEach(
        (limit, evicted) -> {
          boolean quiet = nowMillis < evicted.quietUntilMillis;
          Case told = quiet ? null : evicted.untold.getAndSet(null);
          if (told != null) {
            long count = evicted.count.sum();
            lines.add(line(limit, told, count - evicted.toldCount));
            evicted.toldCount = count;
            evicted.quietUntilMillis = nowMillis + QUIET_MILLIS;
          }
        });
    return lines;
  }

  private String line(Limit limit, Case one, long count) {
    return String.format(
        Locale.ROOT,
        "there is room for %d %s: %d addresses were forgotten before their time lately, the first"
            + " of %s for %s; %s",
        limit.of(settings),
        limit.what(),
        count,
        one.name,
        one.endpoint,
        limit.advice());
  }

  private Evicted evicted(Limit limit) {
    return Objects.requireNonNull(all.get(limit));
  }
}
