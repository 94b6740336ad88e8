package io.sluice.bpf.map;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.sluice.bpf.libbpf.BpfException;
import io.sluice.bpf.libbpf.BpfMap;
import java.lang.foreign.Arena;

/** The listening sockets that connections are handed to, by slot; a closed one leaves by itself. */
public final class Listeners {
  private final BpfMap map;

  public Listeners(BpfMap map) {
    this.map = map;
  }

  /** Puts a listening socket into the slot of a direction and a family. */
  public void put(boolean egress, boolean ipv6, int fd) throws BpfException {
    int slot = (egress ? 2 : 0) + (ipv6 ? 1 : 0);
    try (Arena arena = Arena.ofConfined()) {
      map.put(arena.allocateFrom(JAVA_INT, slot), arena.allocateFrom(JAVA_LONG, fd));
    }
  }
}
