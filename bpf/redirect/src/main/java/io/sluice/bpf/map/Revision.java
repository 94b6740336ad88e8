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

  /** The one in a map, which other processes may have, too. */
  public Revision(BpfMap map) {
    this.map = map;
  }

  /**
   * Begins the next one; to be called when everything that it stands for is written, by one process
   * at a time.
   */
  public void next() throws BpfException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment key = arena.allocateFrom(JAVA_INT, 0);
      // Never kept: an agent that goes on may have begun some since another one took over its map,
      // and a number that comes twice would let what was judged by the first of them stand.
      MemorySegment number = arena.allocate(JAVA_INT);
      int current = map.get(key, number) ? number.get(JAVA_INT, 0) : 0;
      number.set(JAVA_INT, 0, current + 1);
      map.put(key, number);
    }
  }
}
