package io.sluice.bpf.map;

import java.util.BitSet;
import java.util.function.ObjIntConsumer;

/**
 * The ports of one peer, as disjoint sets: a port that is both allowed and steered is steered,
 * because the proxy can still let it through.
 */
public final class PortRanges {
  private static final int PORTS = 65536;

  private final BitSet allowed = new BitSet();
  private final BitSet steered = new BitSet();

  /** Adds the ports from {@code first} to {@code last}, inclusive. */
  public void add(int first, int last, Action action) {
    (action == Action.STEER ? steered : allowed).set(first, last + 1);
  }

  /** Calls {@code sink} with every aligned range: its action, and {@code port << 5 | portBits}. */
  void aligned(ObjIntConsumer<Action> sink) {
    BitSet passed = (BitSet) allowed.clone();
    passed.andNot(steered);
    split(steered, port -> sink.accept(Action.STEER, port));
    split(passed, port -> sink.accept(Action.ALLOW, port));
  }

  private static void split(BitSet ports, java.util.function.IntConsumer sink) {
    for (int first = ports.nextSetBit(0); first >= 0; ) {
      int end = ports.nextClearBit(first);
      while (first < end) {
        int aligned = first == 0 ? PORTS : Integer.lowestOneBit(first);
        int size = Math.min(aligned, Integer.highestOneBit(end - first));
        sink.accept(first << 5 | 16 - Integer.numberOfTrailingZeros(size));
        first += size;
      }
      first = ports.nextSetBit(end);
    }
  }
}
