package io.sluice.xds.resolve;

import io.sluice.xds.world.PeerSelector;
import io.sluice.xds.world.Selector;

/**
 * What one way of naming peers means now. Shared by all rules that name them so; {@link Selections}
 * keeps it up to date.
 */
final class Selection {
  private final PeerSelector selector;
  private Peers peers = Peers.NONE;
  private long changed;

  Selection(PeerSelector selector) {
    this.selector = selector;
  }

  PeerSelector selector() {
    return selector;
  }

  /** Whether it means any peer, whatever there is. */
  boolean everything() {
    return selector instanceof PeerSelector.Labelled(Selector labels) && labels.everything();
  }

  Peers peers() {
    return peers;
  }

  /** The time of the last change. */
  long changed() {
    return changed;
  }

  void become(Peers now, long time) {
    if (!peers.equals(now)) {
      peers = now;
      changed = time;
    }
  }
}
