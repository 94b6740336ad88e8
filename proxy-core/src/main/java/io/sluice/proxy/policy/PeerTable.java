package io.sluice.proxy.policy;

import java.util.Arrays;
import java.util.Map;
import java.util.SortedMap;

/**
 * What each peer may do on one range of ports: the identities that rules name, and one entry for
 * everybody else, so that its size is bound by the policy and never by traffic.
 */
final class PeerTable {
  private final int[] identities;
  private final PeerPolicy[] policies;
  private final PeerPolicy others;

  PeerTable(SortedMap<Integer, PeerPolicy> named, PeerPolicy others) {
    this.identities = new int[named.size()];
    this.policies = new PeerPolicy[named.size()];
    this.others = others;
    int i = 0;
    for (Map.Entry<Integer, PeerPolicy> entry : named.entrySet()) {
      identities[i] = entry.getKey();
      policies[i++] = entry.getValue();
    }
  }

  PeerPolicy peer(int identity) {
    int at = Arrays.binarySearch(identities, identity);
    return at < 0 ? others : policies[at];
  }

  PeerPolicy others() {
    return others;
  }

  int[] identities() {
    return identities.clone();
  }
}
