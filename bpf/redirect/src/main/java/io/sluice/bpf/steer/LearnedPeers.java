package io.sluice.bpf.steer;

import io.sluice.bpf.libbpf.BpfException;
import io.sluice.bpf.map.IdentityKey;
import io.sluice.bpf.map.MirroredMap;
import io.sluice.bpf.map.PeerValue;
import java.net.InetAddress;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Who addresses are by the names that they have, entered among the identities of all addresses, and
 * what those say again when a name is forgotten. Not thread-safe.
 */
final class LearnedPeers {
  private final MirroredMap<IdentityKey, PeerValue> map;
  private Map<IdentityKey, PeerValue> unlearned = Map.of();

  LearnedPeers(MirroredMap<IdentityKey, PeerValue> map) {
    this.map = map;
  }

  /** The entries of a whole state, which is being put in force. */
  Map<IdentityKey, PeerValue> with(
      Map<IdentityKey, PeerValue> identities, Map<InetAddress, Integer> learned) {
    unlearned = identities;
    Map<IdentityKey, PeerValue> all = new HashMap<>(identities);
    all.putAll(entries(learned));
    return all;
  }

  /** Enters some more. */
  void put(Map<InetAddress, Integer> learned) throws BpfException {
    map.putAll(entries(learned));
  }

  /** Takes some out; false if there was none of them. */
  boolean remove(Collection<InetAddress> addresses) throws BpfException {
    Map<IdentityKey, PeerValue> again = new HashMap<>();
    Set<IdentityKey> gone = new HashSet<>();
    for (InetAddress address : addresses) {
      IdentityKey key = key(address);
      PeerValue value = unlearned.get(key);
      if (value == null) {
        gone.add(key);
      } else {
        again.put(key, value);
      }
    }
    boolean changed = map.putAll(again);
    return map.removeAll(gone) || changed;
  }

  private static Map<IdentityKey, PeerValue> entries(Map<InetAddress, Integer> learned) {
    Map<IdentityKey, PeerValue> entries = new HashMap<>();
    learned.forEach((address, identity) -> entries.put(key(address), new PeerValue(identity, 0)));
    return entries;
  }

  private static IdentityKey key(InetAddress address) {
    return IdentityKey.of(address, address.getAddress().length * Byte.SIZE);
  }
}
