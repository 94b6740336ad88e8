package io.sluice.bpf.map;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.sluice.bpf.libbpf.BpfException;
import io.sluice.bpf.libbpf.BpfMap;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** What the short-cut's programs count: one value for each processor, which we add up. */
public final class ShortCutCounts {
  static final int OPEN_CONNECTIONS = 0;
  static final int BYTES = 1;

  private final BpfMap map;

  public ShortCutCounts(BpfMap map) {
    this.map = map;
  }

  /** Connections that are open and of which both ends are known. */
  public long connections() throws BpfException {
    return sum(OPEN_CONNECTIONS);
  }

  /** Bytes that have taken the short-cut, since the programs were loaded. */
  public long bytes() throws BpfException {
    return sum(BYTES);
  }

  private long sum(int count) throws BpfException {
    try (Arena arena = Arena.ofConfined()) {
      int size = BpfMap.bytesOfAllCpus((int) JAVA_LONG.byteSize());
      MemorySegment values = arena.allocate(size, JAVA_LONG.byteAlignment());
      long sum = 0;
      if (map.get(arena.allocateFrom(JAVA_INT, count), values)) {
        for (int at = 0; at < size; at += (int) JAVA_LONG.byteSize()) {
          sum += values.get(JAVA_LONG, at);
        }
      }
      return sum;
    }
  }
}
