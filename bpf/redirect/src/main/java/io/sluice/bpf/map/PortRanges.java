package io.sluice.bpf.map;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * What applies to the ports of one protocol: of the ranges that contain a port the strongest one,
 * as disjoint ranges.
 */
final class PortRanges {
  private static final int PORTS = 65536;

  /**
   * A range of ports before it is settled which of them it decides.
   *
   * @param first port
   * @param last port, inclusive
   * @param value what it says
   * @param own whether it is about the very peer, not about any
   * @param anyProtocol whether it is about any protocol
   */
  record Range(int first, int last, PolicyValue value, boolean own, boolean anyProtocol) {}

  /** Gets the aligned ranges. */
  interface Sink {
    void accept(int port, int portBits, PolicyValue value);
  }

  /** By {@link Action}, deny first; then the very peer, fewer ports, the very protocol. */
  private static final Comparator<Range> STRONGEST_FIRST =
      Comparator.comparing((Range range) -> range.value.action())
          .reversed()
          .thenComparing(range -> !range.own)
          .thenComparingInt(range -> range.last - range.first)
          .thenComparing(Range::anyProtocol);

  private PortRanges() {}

  /** The strongest of those ranges, or null if there are none. */
  static @Nullable PolicyValue strongest(List<Range> ranges) {
    return ranges.stream().min(STRONGEST_FIRST).map(Range::value).orElse(null);
  }

  /**
   * Settles which range decides each port, and passes on those where one of {@code own} applies.
   *
   * @param fallback what a port that is not passed on gets anyway, so that it need not be
   */
  static void settle(List<Range> ranges, @Nullable PolicyValue fallback, Sink sink) {
    Deque<Range> coming = new ArrayDeque<>(ranges.stream().sorted(BY_FIRST).toList());
    PriorityQueue<Range> strongest = new PriorityQueue<>(STRONGEST_FIRST);
    PriorityQueue<Range> own = new PriorityQueue<>(STRONGEST_FIRST);
    int[] bounds =
        ranges.stream()
            .flatMapToInt(range -> java.util.stream.IntStream.of(range.first, range.last + 1))
            .sorted()
            .distinct()
            .toArray();
    List<Range> settled = new ArrayList<>();
    for (int i = 0; i + 1 < bounds.length; i++) {
      int first = bounds[i];
      for (Range next = coming.peek(); next != null && next.first == first; next = coming.peek()) {
        strongest.add(coming.remove());
        if (next.own) {
          own.add(next);
        }
      }
      drop(strongest, first);
      drop(own, first);
      Range decides = strongest.peek();
      if (decides != null && !own.isEmpty() && !decides.value.equals(fallback)) {
        append(settled, first, bounds[i + 1] - 1, decides.value);
      }
    }
    for (Range range : settled) {
      align(range, sink);
    }
  }

  private static final Comparator<Range> BY_FIRST = Comparator.comparingInt(Range::first);

  /** Those that are over may stay behind others: only the strongest counts. */
  private static void drop(PriorityQueue<Range> ranges, int first) {
    for (Range top = ranges.peek(); top != null && top.last < first; top = ranges.peek()) {
      ranges.remove();
    }
  }

  private static void append(List<Range> settled, int first, int last, PolicyValue value) {
    if (!settled.isEmpty()) {
      Range before = settled.getLast();
      if (before.last + 1 == first && before.value.equals(value)) {
        settled.removeLast();
        first = before.first;
      }
    }
    settled.add(new Range(first, last, value, true, false));
  }

  private static void align(Range range, Sink sink) {
    int first = range.first;
    while (first <= range.last) {
      int aligned = first == 0 ? PORTS : Integer.lowestOneBit(first);
      int size = Math.min(aligned, Integer.highestOneBit(range.last + 1 - first));
      sink.accept(first, 16 - Integer.numberOfTrailingZeros(size), range.value);
      first += size;
    }
  }
}
