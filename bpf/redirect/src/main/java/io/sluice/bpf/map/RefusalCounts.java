package io.sluice.bpf.map;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.sluice.bpf.libbpf.BpfException;
import io.sluice.bpf.libbpf.BpfMap;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Collection;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Set;

/**
 * The programs' count of refusals that they did not report, by interface: {@code struct refusals}.
 * The programs write it; we only make and remove its entries. Not thread-safe.
 */
public final class RefusalCounts {
  static final int SUPPRESSED = 8;
  static final int BYTES = 24;

  private final BpfMap map;
  private final Set<Integer> interfaces = new HashSet<>();
  private long removed;

  public RefusalCounts(BpfMap map) {
    this.map = map;
  }

  /** Starts to count for the interfaces that are new. */
  public void addAll(Collection<Integer> ifindexes) throws BpfException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment key = arena.allocate(JAVA_INT);
      MemorySegment zero = arena.allocate(BYTES, 8);
      for (int ifindex : ifindexes) {
        if (!interfaces.contains(ifindex)) {
          key.set(JAVA_INT, 0, ifindex);
          map.put(key, zero);
          interfaces.add(ifindex);
        }
      }
    }
  }

  /** Forgets all other interfaces, but not what was counted for them. */
  public void retainAll(Collection<Integer> ifindexes) throws BpfException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment key = arena.allocate(JAVA_INT);
      for (Iterator<Integer> each = interfaces.iterator(); each.hasNext(); ) {
        int ifindex = each.next();
        if (!ifindexes.contains(ifindex)) {
          removed += suppressed(ifindex);
          key.set(JAVA_INT, 0, ifindex);
          map.remove(key);
          each.remove();
        }
      }
    }
  }

  /** Refusals that were not reported, of all interfaces, since the programs were loaded. */
  public long suppressed() throws BpfException {
    long sum = removed;
    for (int ifindex : interfaces) {
      sum += suppressed(ifindex);
    }
    return sum;
  }

  private long suppressed(int ifindex) throws BpfException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment value = arena.allocate(BYTES, 8);
      return map.get(arena.allocateFrom(JAVA_INT, ifindex), value)
          ? value.get(JAVA_LONG, SUPPRESSED)
          : 0;
    }
  }
}
