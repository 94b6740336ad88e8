package io.sluice.bpf.steer;

import io.sluice.bpf.map.IdentityKey;
import io.sluice.bpf.map.PeerValue;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Who stands behind which address, as far as there is room: local pods first, then the others in
 * their order. What has none is never taken for somebody it is not without being {@link
 * #uncertain}.
 *
 * @param peers by prefix
 * @param uncertain the identities that an address may wrongly have, or wrongly not have, because a
 *     prefix of its own has no room; empty if all have
 * @param prefixes how many there would be
 */
record PeerTable(Map<IdentityKey, PeerValue> peers, Set<Integer> uncertain, int prefixes) {
  private static final int WORLD = 2;

  /**
   * Makes it.
   *
   * @param local addresses of local pods, which win over what {@code entries} say about them
   * @param bound of {@link #peers}
   */
  static PeerTable of(List<IdentityEntry> entries, Map<IdentityKey, PeerValue> local, int bound) {
    Map<IdentityKey, Integer> wanted = new HashMap<>();
    Map<IdentityKey, PeerValue> peers = new HashMap<>(local);
    // IPv4 lives inside IPv6 in the trie: ::/0 must not say who an IPv4 address is.
    peers.put(IdentityKey.ALL_V4, new PeerValue(WORLD, 0));
    int fixed = peers.size();
    Set<Integer> omitted = new HashSet<>();
    for (IdentityEntry entry : entries) {
      IdentityKey key = IdentityKey.of(entry.address(), entry.length());
      requireOne(entry, wanted.put(key, entry.identity()));
      if (local.containsKey(key)) {
        continue;
      }
      if (peers.size() < bound || peers.containsKey(key)) {
        peers.put(key, new PeerValue(entry.identity(), 0));
      } else {
        omitted.add(entry.identity());
      }
    }
    return new PeerTable(
        peers, omitted.isEmpty() ? Set.of() : doubtful(peers, omitted), fixed + wanted.size());
  }

  /** What is left out falls to a wider prefix, or to the world. */
  private static Set<Integer> doubtful(Map<IdentityKey, PeerValue> peers, Set<Integer> omitted) {
    Set<Integer> doubtful = new HashSet<>(omitted);
    doubtful.add(WORLD);
    peers.forEach(
        (key, peer) -> {
          if (!key.isOneAddress()) {
            doubtful.add(peer.identity());
          }
        });
    return doubtful;
  }

  private static void requireOne(IdentityEntry entry, Integer other) {
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
}
