package io.sluice.proxy.policy.compile;

import io.sluice.net.Cidr;
import io.sluice.proxy.policy.LearnedAddresses;
import io.sluice.proxy.policy.NameSelector;
import io.sluice.proxy.policy.Peer;
import io.sluice.proxy.policy.ReservedIdentity;
import io.sluice.proxy.policy.compile.LearnedIdentities.Parts;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Who learned addresses are under some selectors and ranges. Only addresses outside the cluster are
 * anybody else by their names; those of pods and nodes keep their identity.
 */
final class LearnedPeers {
  /** Under no selectors. */
  static final LearnedPeers NONE = new LearnedPeers(List.of(), Map.of());

  private static final Peer WORLD =
      new Peer(ReservedIdentity.WORLD, List.of("reserved:world"), "", "");

  private final List<NameSelector> selectors;
  private final Map<Cidr, Peer> ranges;
  private final PrefixTable prefixes;
  private final Map<Integer, String> patterns = new TreeMap<>();
  private final LearnedAddresses addresses = new LearnedAddresses();

  private LearnedPeers(List<NameSelector> selectors, Map<Cidr, Peer> ranges) {
    this.selectors = selectors;
    this.ranges = ranges;
    this.prefixes = new PrefixTable(ranges);
    selectors.forEach(selector -> patterns.put(selector.identity(), selector.pattern()));
  }

  /**
   * Forms them.
   *
   * @param satisfied the selectors that each address satisfies
   * @param learned gets the identities that are needed, and those that the first address of a
   *     selector will need, so that nothing has to be compiled then; loses all others
   */
  static LearnedPeers form(
      List<NameSelector> selectors,
      Map<Cidr, Peer> ranges,
      Map<InetAddress, Set<Integer>> satisfied,
      LearnedIdentities learned) {
    LearnedPeers peers = new LearnedPeers(selectors, ranges);
    Set<Parts> wanted = new HashSet<>();
    Map<InetAddress, Parts> parts = new HashMap<>();
    satisfied.forEach(
        (address, of) -> {
          Parts own = peers.parts(address, of);
          if (own != null && wanted.size() + selectors.size() < LearnedIdentities.MOST) {
            parts.put(address, own);
            wanted.add(own);
          }
        });
    for (int world : peers.worlds()) {
      for (NameSelector selector : selectors) {
        if (wanted.size() < LearnedIdentities.MOST) {
          wanted.add(Parts.of(Set.of(selector.identity()), world));
        }
      }
    }
    learned.retain(wanted);
    wanted.forEach(learned::of);
    parts.forEach(
        (address, own) -> peers.addresses.put(address, peers.peer(address, own, learned)));
    return peers;
  }

  /** Whether they were formed under these. */
  @SuppressWarnings("ReferenceEquality") // a map of ranges is replaced, never changed
  boolean isAbout(List<NameSelector> current, Map<Cidr, Peer> currentRanges) {
    return ranges == currentRanges && selectors.equals(current);
  }

  PrefixTable prefixes() {
    return prefixes;
  }

  LearnedAddresses addresses() {
    return addresses;
  }

  /**
   * Who these addresses are by their names; those that are nobody else by them are left out.
   *
   * @throws IllegalStateException if there are too many different sets of selectors
   */
  Map<InetAddress, Peer> named(
      Map<InetAddress, Set<Integer>> satisfied, LearnedIdentities learned) {
    Map<InetAddress, Peer> named = new HashMap<>();
    satisfied.forEach(
        (address, of) -> {
          Parts own = parts(address, of);
          if (own != null) {
            named.put(address, peer(address, own, learned));
          }
        });
    return named;
  }

  private @Nullable Parts parts(InetAddress address, Set<Integer> satisfied) {
    Set<Integer> known = new HashSet<>(satisfied);
    known.retainAll(patterns.keySet());
    int range = range(address).identity();
    return known.isEmpty() || !ReservedIdentity.isOutside(range) ? null : Parts.of(known, range);
  }

  private Peer peer(InetAddress address, Parts parts, LearnedIdentities learned) {
    List<String> labels = new ArrayList<>(range(address).labels());
    parts.selectors().forEach(selector -> labels.add("fqdn:" + patterns.get(selector)));
    labels.sort(null);
    return new Peer(learned.of(parts), List.copyOf(labels), "", "");
  }

  private Peer range(InetAddress address) {
    Peer peer = prefixes.find(address);
    return peer == null ? WORLD : peer;
  }

  /** Who addresses of the world are that no narrower range holds. */
  private Set<Integer> worlds() {
    Set<Integer> worlds = new HashSet<>();
    ranges.forEach(
        (cidr, peer) -> {
          if (cidr.length() == 0) {
            worlds.add(peer.identity());
          }
        });
    if (worlds.size() < 2) {
      worlds.add(ReservedIdentity.WORLD);
    }
    return worlds;
  }
}
