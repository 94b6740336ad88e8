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
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * A desired state as the keys and values that say the same to the programs. An endpoint whose
 * policy has no room is denied everything, and the others never notice.
 *
 * @param policy by what a lookup finds
 * @param peers by prefix
 * @param closed the endpoints that are denied everything
 */
public record MapContents(
    Map<PolicyKey, PolicyValue> policy, Map<IdentityKey, PeerValue> peers, List<Closed> closed) {

  /**
   * The maps have twice as much: while they change they hold two states. That of peers has room for
   * as many addresses of names beside them.
   */
  public static final Bounds BOUNDS = new Bounds(262_144, 1_048_576, 524_288);

  private static final int LAST_PORT = 65535;

  /**
   * How many keys there may be.
   *
   * @param endpoint of the policy of one endpoint
   * @param all of the policy in all; who comes last goes without
   * @param prefixes of peers in all; where some have no room, every endpoint whose policy might
   *     take somebody for another is denied everything
   */
  public record Bounds(int endpoint, int all, int prefixes) {}

  /**
   * Says a state so.
   *
   * @param resolution where its endpoints are
   */
  public static MapContents of(DatapathState state, Resolution resolution, Bounds bounds) {
    PeerTable peers = PeerTable.of(state.identities(), resolution.peers(), bounds.prefixes());
    Set<Integer> uncertain = naming(peers.uncertain(), state.policy());
    Map<PolicyKey, PolicyValue> policy = new HashMap<>();
    List<Closed> closed = new ArrayList<>();
    byEndpoint(state.policy())
        .forEach(
            (endpoint, entries) -> {
              Map<PolicyKey, PolicyValue> keys = entries.keys();
              int room = bounds.all() - policy.size();
              if (uncertain.contains(endpoint)) {
                closed.add(new Closed(endpoint, tooManyPrefixes(peers.prefixes(), bounds)));
                keys = denied(endpoint);
              } else if (keys.size() > bounds.endpoint()) {
                closed.add(new Closed(endpoint, tooMany(keys.size(), bounds.endpoint())));
                keys = denied(endpoint);
              } else if (keys.size() > room) {
                closed.add(new Closed(endpoint, tooMany(keys.size(), room)));
                keys = denied(endpoint);
              }
              policy.putAll(keys);
            });
    return new MapContents(policy, peers.peers(), closed);
  }

  /** The endpoints whose policy names one of these identities. */
  private static Set<Integer> naming(Set<Integer> identities, List<PolicyEntry> policy) {
    return identities.isEmpty()
        ? Set.of()
        : policy.stream()
            .filter(entry -> identities.contains(entry.identity()))
            .map(PolicyEntry::endpoint)
            .collect(Collectors.toSet());
  }

  private static String tooManyPrefixes(int prefixes, Bounds bounds) {
    return "its policy names peers by address, and the policies of this node need "
        + prefixes
        + " prefixes in the kernel's map (expected: at most "
        + bounds.prefixes()
        + "); it is denied everything";
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
      case STEER_OR_PASS -> Action.STEER_OR_PASS;
      case STEER -> Action.STEER;
      case DENY -> Action.DENY;
    };
  }
}
