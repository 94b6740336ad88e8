package io.sluice.bpf.map;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.sluice.bpf.libbpf.BpfException;
import io.sluice.bpf.libbpf.BpfMap;
import java.lang.foreign.Arena;

/**
 * The sockets that connections and datagrams are handed to, by slot; a closed one leaves by itself.
 */
public final class Listeners {
  private final BpfMap map;

  public Listeners(BpfMap map) {
    this.map = map;
  }

  /** Puts a socket into a slot: listening, or of UDP and bound. */
  public void put(int slot, int fd) throws BpfException {
    try (Arena arena = Arena.ofConfined()) {
      map.put(arena.allocateFrom(JAVA_INT, slot), arena.allocateFrom(JAVA_LONG, fd));
    }
  }
}
