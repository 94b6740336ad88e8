package io.sluice.app.live;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.sluice.app.lab.NetworkNamespace;
import io.sluice.bpf.attach.AttachedMaps;
import io.sluice.bpf.attach.Hook;
import io.sluice.bpf.libbpf.BpfException;
import io.sluice.bpf.libbpf.BpfMap;
import io.sluice.bpf.libbpf.Libc;
import io.sluice.bpf.libbpf.TcHook.Point;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Lets time pass for what the programs of a node know of connections, and for nothing else. */
final class KernelTime {
  private static final Hook FROM_POD = new Hook("from_pod", Point.INGRESS, "listeners");

  /** Where {@code struct conntrack} has {@code seen}. */
  private static final int SEEN = 0;

  private KernelTime() {}

  /** From now on it is as if the last packet of each connection had been so much earlier. */
  static void pass(NetworkNamespace node, Duration time) {
    node.call(
        () -> {
          try (AttachedMaps maps = AttachedMaps.newest(FROM_POD, Libc.interfaces().keySet())) {
            age(maps.find("conntrack"), time.toNanos());
          }
          return null;
        });
  }

  private static void age(BpfMap conntrack, long nanos) throws BpfException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment value = arena.allocate(conntrack.shape().valueBytes(), 8);
      // All keys first: writing a key puts it where the walk may come by again.
      for (MemorySegment key : keys(conntrack, arena)) {
        if (conntrack.get(key, value)) {
          value.set(JAVA_LONG, SEEN, value.get(JAVA_LONG, SEEN) - nanos);
          conntrack.put(key, value);
        }
      }
    }
  }

  private static List<MemorySegment> keys(BpfMap map, Arena arena) throws BpfException {
    List<MemorySegment> keys = new ArrayList<>();
    MemorySegment before = MemorySegment.NULL;
    MemorySegment key = arena.allocate(map.shape().keyBytes(), 8);
    while (map.next(before, key)) {
      keys.add(key);
      before = key;
      key = arena.allocate(map.shape().keyBytes(), 8);
    }
    return keys;
  }
}
