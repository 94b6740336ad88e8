package io.sluice.bpf.map;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.sluice.bpf.libbpf.BpfException;
import io.sluice.bpf.libbpf.BpfMap;
import io.sluice.bpf.map.MapRows.Connection;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;

/** Tells from what the programs know of connections which addresses pods are connected to. */
public final class Connections {
  private static final int TCP = 6;
  private static final int SCTP = 132;
  private static final int EGRESS = 1;
  private static final int OPEN = 1;
  private static final int BOTH_CLOSED = 3;

  // As in conntrack.h: who was quiet for so long is not known any more.
  private static final long OPENING_NANOS = Duration.ofMinutes(1).toNanos();
  private static final long DATAGRAMS_NANOS = Duration.ofMinutes(3).toNanos();
  private static final long OPEN_NANOS = Duration.ofHours(6).toNanos();

  private Connections() {}

  /**
   * Those of {@code wanted} to which a connection lives that a pod has opened; at about this
   * moment.
   *
   * @param conntrack the map of that name
   */
  public static Set<InetAddress> remotes(BpfMap conntrack, Set<InetAddress> wanted)
      throws BpfException {
    Set<InetAddress> living = new HashSet<>();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment key = arena.allocate(Connection.KEY_BYTES, 8);
      MemorySegment value = arena.allocate(Connection.BYTES, 8);
      long now = System.nanoTime();
      boolean more = conntrack.next(MemorySegment.NULL, key);
      // A map that changes could be walked for ever.
      for (int left = conntrack.shape().maxEntries(); more && left > 0; left--) {
        InetAddress remote =
            Addresses.unmapped(key.asSlice(Connection.REMOTE, Addresses.BYTES).toArray(JAVA_BYTE));
        if (wanted.contains(remote) && conntrack.get(key, value) && lives(key, value, now)) {
          living.add(remote);
        }
        more = conntrack.next(key, key);
      }
    }
    return living;
  }

  private static boolean lives(MemorySegment key, MemorySegment value, long now) {
    if (value.get(JAVA_BYTE, Connection.DIRECTION) != EGRESS
        || value.get(JAVA_BYTE, Connection.CLOSED) == BOTH_CLOSED) {
      return false;
    }
    int protocol = key.get(JAVA_BYTE, Connection.PROTOCOL) & 0xff;
    long most =
        value.get(JAVA_BYTE, Connection.STATE) != OPEN
            ? OPENING_NANOS
            : protocol == TCP || protocol == SCTP ? OPEN_NANOS : DATAGRAMS_NANOS;
    return now - value.get(JAVA_LONG, Connection.SEEN) <= most;
  }
}
