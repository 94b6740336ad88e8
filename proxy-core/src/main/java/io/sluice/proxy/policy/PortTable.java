package io.sluice.proxy.policy;

import io.sluice.proxy.policy.PortVerdict.Action;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * One direction of an endpoint's policy: all ports, cut into ranges within which every peer's
 * policy is the same, so that one binary search finds it.
 */
final class PortTable {
  static final int LAST_PORT = 65535;

  /** Denies every peer on every port. */
  static final PortTable DENY_ALL =
      new PortTable(
          new int[] {0}, List.of(new PeerTable(new TreeMap<>(), PeerPolicy.NOTHING_ALLOWS)));

  private final int[] starts;
  private final List<PeerTable> peers;
  private final List<PortVerdict> verdicts;

  /**
   * Makes one.
   *
   * @param starts first port of each range, ascending; the first is 0, each ends before the next
   * @param peers the ranges' peers, in the same order
   */
  PortTable(int[] starts, List<PeerTable> peers) {
    this.starts = starts.clone();
    this.peers = List.copyOf(peers);
    this.verdicts = merge();
  }

  PeerPolicy peer(int port, int identity) {
    int at = Arrays.binarySearch(starts, port);
    return peers.get(at >= 0 ? at : -at - 2).peer(identity);
  }

  /** The same table for the kernel: by identity, then by port, neighbours joined. */
  List<PortVerdict> verdicts() {
    return verdicts;
  }

  private List<PortVerdict> merge() {
    Map<Integer, List<PortVerdict>> byIdentity = new TreeMap<>();
    for (int i = 0; i < starts.length; i++) {
      int last = i + 1 < starts.length ? starts[i + 1] - 1 : LAST_PORT;
      PeerTable range = peers.get(i);
      Action others = action(range.others());
      if (others != Action.DROP) {
        append(byIdentity, new PortVerdict(ReservedIdentity.ANY, starts[i], last, others));
      }
      for (int identity : range.identities()) {
        Action own = action(range.peer(identity));
        if (own != others) {
          append(byIdentity, new PortVerdict(identity, starts[i], last, own));
        }
      }
    }
    return byIdentity.values().stream().flatMap(List::stream).toList();
  }

  private static void append(Map<Integer, List<PortVerdict>> byIdentity, PortVerdict next) {
    List<PortVerdict> list = byIdentity.computeIfAbsent(next.identity(), _ -> new ArrayList<>());
    if (!list.isEmpty()) {
      PortVerdict before = list.getLast();
      if (before.lastPort() + 1 == next.firstPort() && before.action() == next.action()) {
        list.removeLast();
        next = new PortVerdict(next.identity(), before.firstPort(), next.lastPort(), next.action());
      }
    }
    list.add(next);
  }

  private static Action action(PeerPolicy peer) {
    if (peer.connection() instanceof Denial) {
      return Action.DROP;
    }
    return peer.protocol() == null ? Action.PASS : Action.STEER;
  }
}
