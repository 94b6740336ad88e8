package io.sluice.bpf.map;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import io.sluice.bpf.libbpf.BpfException;
import io.sluice.bpf.libbpf.BpfMap;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * The number of the state that is in the maps. What the programs know of a connection counts for
 * one revision: after the next one its next packet is judged anew. Not thread-safe.
 */
public final class Revision {
  private final BpfMap map;
  private int current;

  /** Goes on from the number that the map has. */
  public Revision(BpfMap map) throws BpfException {
    this.map = map;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment value = arena.allocate(JAVA_INT);
      current = map.get(arena.allocateFrom(JAVA_INT, 0), value) ? value.get(JAVA_INT, 0) : 0;
    }
  }

  /** Begins the next one; to be called when everything that it stands for is written. */
  public void next() throws BpfException {
    try (Arena arena = Arena.ofConfined()) {
      map.put(arena.allocateFrom(JAVA_INT, 0), arena.allocateFrom(JAVA_INT, current + 1));
      current++;
    }
  }
}
