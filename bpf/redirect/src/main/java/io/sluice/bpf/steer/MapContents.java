package io.sluice.bpf.steer;

import io.sluice.bpf.map.Action;
import io.sluice.bpf.map.IdentityKey;
import io.sluice.bpf.map.PeerValue;
import io.sluice.bpf.map.PolicyKey;
import io.sluice.bpf.map.PolicyKeys;
import io.sluice.bpf.map.PolicyValue;
import io.sluice.bpf.steer.Applied.Closed;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A desired state as the keys and values that say the same to the programs. An endpoint whose
 * policy has no room is denied everything, and the others never notice.
 *
 * @param policy by what a lookup finds
 * @param peers by prefix
 * @param closed the endpoints that are denied everything
 */
record MapContents(
    Map<PolicyKey, PolicyValue> policy, Map<IdentityKey, PeerValue> peers, List<Closed> closed) {

  /** The map has twice as much: while it changes it holds two states. */
  static final Bounds BOUNDS = new Bounds(262_144, 1_048_576);

  private static final int WORLD = 2;
  private static final int LAST_PORT = 65535;

  /**
   * How many keys of the policy there may be.
   *
   * @param endpoint of one endpoint
   * @param all in all; who comes last goes without
   */
  record Bounds(int endpoint, int all) {}

  static MapContents of(DatapathState state, Resolution resolution, Bounds bounds) {
    Map<IdentityKey, PeerValue> peers = peers(state.identities());
    resolution.addTo(peers);
    Map<PolicyKey, PolicyValue> policy = new HashMap<>();
    List<Closed> closed = new ArrayList<>();
    byEndpoint(state.policy())
        .forEach(
            (endpoint, entries) -> {
              Map<PolicyKey, PolicyValue> keys = entries.keys();
              int room = bounds.all() - policy.size();
              if (keys.size() > bounds.endpoint()) {
                closed.add(new Closed(endpoint, tooMany(keys.size(), bounds.endpoint())));
                keys = denied(endpoint);
              } else if (keys.size() > room) {
                closed.add(new Closed(endpoint, tooMany(keys.size(), room)));
                keys = denied(endpoint);
              }
              policy.putAll(keys);
            });
    return new MapContents(policy, peers, closed);
  }

  private static String tooMany(int keys, int room) {
    return "its policy needs "
        + keys
        + " entries of the kernel's map (expected: at most "
        + Math.max(0, room)
        + "); it is denied everything";
  }

  /** The local node included. */
  private static Map<PolicyKey, PolicyValue> denied(int endpoint) {
    PolicyKeys keys = new PolicyKeys();
    PolicyValue deny = new PolicyValue(Action.DENY, false, 0);
    for (boolean egress : new boolean[] {false, true}) {
      keys.add(endpoint, egress, PolicyEntry.ANY, PolicyEntry.ANY_PROTOCOL, 0, LAST_PORT, deny);
    }
    return keys.keys();
  }

  private static SortedMap<Integer, PolicyKeys> byEndpoint(List<PolicyEntry> entries) {
    SortedMap<Integer, PolicyKeys> endpoints = new TreeMap<>();
    for (PolicyEntry entry : entries) {
      endpoints
          .computeIfAbsent(entry.endpoint(), _ -> new PolicyKeys())
          .add(
              entry.endpoint(),
              entry.egress(),
              entry.identity(),
              entry.protocol(),
              entry.firstPort(),
              entry.lastPort(),
              new PolicyValue(action(entry.action()), entry.audited(), entry.rule()));
    }
    return endpoints;
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
