package io.sluice.bpf.steer;

import io.sluice.bpf.map.Action;
import io.sluice.bpf.map.IdentityKey;
import io.sluice.bpf.map.PeerValue;
import io.sluice.bpf.map.PolicyKey;
import io.sluice.bpf.map.PolicyKeys;
import io.sluice.bpf.map.PolicyValue;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A desired state as the keys and values that say the same to the programs.
 *
 * @param policy by what a lookup finds
 * @param peers by prefix
 */
record MapContents(Map<PolicyKey, PolicyValue> policy, Map<IdentityKey, PeerValue> peers) {
  private static final int WORLD = 2;

  static MapContents of(DatapathState state, Resolution resolution) {
    Map<IdentityKey, PeerValue> peers = peers(state.identities());
    resolution.addTo(peers);
    return new MapContents(policy(state.policy()), peers);
  }

  private static Map<PolicyKey, PolicyValue> policy(List<PolicyEntry> entries) {
    PolicyKeys keys = new PolicyKeys();
    for (PolicyEntry entry : entries) {
      keys.add(
          entry.endpoint(),
          entry.egress(),
          entry.identity(),
          entry.protocol(),
          entry.firstPort(),
          entry.lastPort(),
          new PolicyValue(action(entry.action()), entry.audited(), entry.rule()));
    }
    return keys.keys();
  }

  private static Action action(PolicyEntry.Action action) {
    return switch (action) {
      case ALLOW -> Action.ALLOW;
      case STEER -> Action.STEER;
      case DENY -> Action.DENY;
    };
  }

  private static Map<IdentityKey, PeerValue> peers(List<IdentityEntry> entries) {
    Map<IdentityKey, PeerValue> peers = new HashMap<>();
    for (IdentityEntry entry : entries) {
      IdentityKey key = IdentityKey.of(entry.address(), entry.length());
      PeerValue other = peers.put(key, new PeerValue(entry.identity(), 0));
      if (other != null && other.identity() != entry.identity()) {
        throw new IllegalArgumentException(
            "prefix "
                + entry.address().getHostAddress()
                + "/"
                + entry.length()
                + " has two identities: "
                + other.identity()
                + " and "
                + entry.identity());
      }
    }
    // IPv4 lives inside IPv6 in the trie: ::/0 must not say who an IPv4 address is.
    peers.putIfAbsent(IdentityKey.ALL_V4, new PeerValue(WORLD, 0));
    return peers;
  }
}
