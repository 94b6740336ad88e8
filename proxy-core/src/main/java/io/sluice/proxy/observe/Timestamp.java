package io.sluice.proxy.observe;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/** Writes RFC 3339 times; formats each second once, and equal times once. For one thread. */
final class Timestamp {
  private static final long NANOS = 1_000_000_000;
  private static final DateTimeFormatter SECONDS =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss").withZone(ZoneOffset.UTC);

  private long second = Long.MIN_VALUE;
  private String text = "";
  private long written = Long.MIN_VALUE;
  private final JsonBytes whole = new JsonBytes(64);

  void write(long epochNanos, JsonBytes to) {
    if (epochNanos != written) {
      written = epochNanos;
      whole.truncate(0);
      format(epochNanos, whole);
    }
    to.raw(whole);
  }

  private void format(long epochNanos, JsonBytes to) {
    long current = Math.floorDiv(epochNanos, NANOS);
    if (current != second) {
      second = current;
      text = SECONDS.format(Instant.ofEpochSecond(current));
    }
    to.raw("\"").raw(text).raw(".").digits(Math.floorMod(epochNanos, NANOS), 9).raw("Z\"");
  }
}
