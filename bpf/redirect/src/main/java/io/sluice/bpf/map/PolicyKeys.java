package io.sluice.bpf.map;

import java.util.HashMap;
import java.util.Map;

/** Collects entries with port ranges and turns them into the keys that say the same. */
public final class PolicyKeys {
  private final Map<Peer, PortRanges> peers = new HashMap<>();

  private record Peer(int endpoint, boolean egress, int identity) {}

  /** Adds a range of ports, inclusive, of a peer. */
  public void add(
      int endpoint, boolean egress, int identity, int firstPort, int lastPort, Action action) {
    peers
        .computeIfAbsent(new Peer(endpoint, egress, identity), _ -> new PortRanges())
        .add(firstPort, lastPort, action);
  }

  /** All keys; no two of them match the same packet. */
  public Map<PolicyKey, Action> keys() {
    Map<PolicyKey, Action> keys = new HashMap<>();
    peers.forEach(
        (peer, ports) ->
            ports.aligned(
                (action, range) ->
                    keys.put(
                        new PolicyKey(
                            peer.endpoint, peer.egress, peer.identity, range >>> 5, range & 31),
                        action)));
    return keys;
  }
}
