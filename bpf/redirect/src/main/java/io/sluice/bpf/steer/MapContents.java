package io.sluice.bpf.steer;

import io.sluice.bpf.map.Action;
import io.sluice.bpf.map.IdentityKey;
import io.sluice.bpf.map.PolicyKey;
import io.sluice.bpf.map.PolicyKeys;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A desired state as the keys and values that say the same to the programs.
 *
 * @param policy no two keys match the same packet, other than a peer's and any peer's
 * @param identities by prefix
 */
record MapContents(Map<PolicyKey, Action> policy, Map<IdentityKey, Integer> identities) {
  private static final int WORLD = 2;

  static MapContents of(DatapathState state) {
    return new MapContents(policy(state.policy()), identities(state.identities()));
  }

  private static Map<PolicyKey, Action> policy(List<PolicyEntry> entries) {
    PolicyKeys keys = new PolicyKeys();
    for (PolicyEntry entry : entries) {
      if (entry.protocol() == PolicyEntry.TCP || entry.protocol() == PolicyEntry.ANY_PROTOCOL) {
        keys.add(
            entry.endpoint(),
            entry.egress(),
            entry.identity(),
            entry.firstPort(),
            entry.lastPort(),
            // The programs know no denials; the proxy does.
            entry.action() == PolicyEntry.Action.ALLOW ? Action.ALLOW : Action.STEER);
      }
    }
    return keys.keys();
  }

  private static Map<IdentityKey, Integer> identities(List<IdentityEntry> entries) {
    Map<IdentityKey, Integer> identities = new HashMap<>();
    for (IdentityEntry entry : entries) {
      IdentityKey key = IdentityKey.of(entry.address(), entry.length());
      Integer other = identities.put(key, entry.identity());
      if (other != null && other != entry.identity()) {
        throw new IllegalArgumentException(
            "prefix "
                + entry.address().getHostAddress()
                + "/"
                + entry.length()
                + " has two identities: "
                + other
                + " and "
                + entry.identity());
      }
    }
    // IPv4 lives inside IPv6 in the trie: ::/0 must not say who an IPv4 address is.
    identities.putIfAbsent(IdentityKey.ALL_V4, WORLD);
    return identities;
  }
}
