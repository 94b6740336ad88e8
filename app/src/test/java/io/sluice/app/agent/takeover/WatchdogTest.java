package io.sluice.app.agent.takeover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class WatchdogTest {
  private static final Duration SHORT = Duration.ofMillis(50);
  private static final Duration LONG = Duration.ofMinutes(1);

  private final AtomicInteger late = new AtomicInteger();

  @Test
  void isOverAgainAndAgainUntilItEnds() {
    Watchdog watchdog = new Watchdog(SHORT, late::incrementAndGet);
    await().until(() -> late.get() > 2);
    watchdog.end();
    int now = late.get();
    await().during(SHORT.multipliedBy(4)).until(() -> late.get() == now);
  }

  @Test
  void isNotOverBeforeItsTimeHoweverOftenItBegins() {
    long began = System.nanoTime();
    try (Watchdog watchdog = new Watchdog(LONG, late::incrementAndGet)) {
      watchdog.restart(SHORT.multipliedBy(10));
      await().until(() -> late.get() == 1);
      assertThat(Duration.ofNanos(System.nanoTime() - began)).isGreaterThan(SHORT.multipliedBy(10));
      watchdog.restart(LONG);
      await().during(SHORT.multipliedBy(4)).until(() -> late.get() == 1);
    }
  }

  /** Who says in time that it is in charge must not be halted after that. */
  @Test
  void endsOnlyWhenNothingIsBeingDone() {
    Watchdog watchdog = new Watchdog(SHORT, this::slow);
    await().until(() -> late.get() == 1);
    watchdog.end();
    assertThat(late).hasValue(2);
  }

  private void slow() {
    late.incrementAndGet();
    await().pollDelay(SHORT.multipliedBy(4)).until(() -> true);
    late.incrementAndGet();
  }
}
