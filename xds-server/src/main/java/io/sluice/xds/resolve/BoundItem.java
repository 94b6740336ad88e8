package io.sluice.xds.resolve;

import io.sluice.xds.world.Policy;
import java.util.ArrayList;
import java.util.List;

/** An item of a policy whose peers are shared selections. */
final class BoundItem {
  private final Policy policy;
  private final Policy.Item item;
  private final List<BoundPeer> named;
  private final List<Selection> selections;
  private final List<Statement> statements;
  private Peers peers;
  private long time = -1;

  /** One element of its peers, and what it means: several selections, or none at all. */
  record BoundPeer(Policy.Peer peer, List<Selection> selections) {}

  /**
   * Binds an item.
   *
   * @param named its peers; empty if it names none, or nobody
   */
  BoundItem(Policy policy, Policy.Item item, List<BoundPeer> named) {
    this.policy = policy;
    this.item = item;
    this.named = List.copyOf(named);
    this.selections = named.stream().flatMap(peer -> peer.selections().stream()).toList();
    this.peers = item.peers() == null ? Peers.ANY : Peers.NONE;
    this.statements = Statement.of(this);
  }

  Policy policy() {
    return policy;
  }

  Policy.Item item() {
    return item;
  }

  List<BoundPeer> named() {
    return named;
  }

  List<Selection> selections() {
    return selections;
  }

  List<Statement> statements() {
    return statements;
  }

  /** All its peers now. */
  Peers peers() {
    long newest = -1;
    for (Selection selection : selections) {
      newest = Math.max(newest, selection.changed());
    }
    if (newest > time) {
      peers = union(selections);
      time = newest;
    }
    return peers;
  }

  /** What any of some selections selects. */
  static Peers union(List<Selection> selections) {
    if (selections.size() == 1) {
      return selections.getFirst().peers();
    }
    List<int[]> all = new ArrayList<>();
    int count = 0;
    for (Selection selection : selections) {
      if (selection.peers().any()) {
        return Peers.ANY;
      }
      all.add(selection.peers().identities());
      count += all.getLast().length;
    }
    int[] identities = new int[count];
    for (int[] each : all) {
      count -= each.length;
      System.arraycopy(each, 0, identities, count, each.length);
    }
    return Peers.of(identities);
  }
}
