package io.sluice.xds.identity;

import io.sluice.net.Cidr;
import io.sluice.xds.world.CidrGroup;
import io.sluice.xds.world.Label;
import io.sluice.xds.world.LearnedNames;
import io.sluice.xds.world.PeerSelector;
import io.sluice.xds.world.Policy;
import io.sluice.xds.world.Requirement;
import io.sluice.xds.world.Selector;
import io.sluice.xds.world.Service;
import io.sluice.xds.world.World;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Finds the ranges outside the cluster that rules can tell apart: those that any policy, exception,
 * CIDR group, service without pods or learned name mentions (policy language, section 3.3).
 */
final class MentionedRanges {
  /** What was found in each policy; policies do not change, they are replaced. */
  private IdentityHashMap<Policy, Set<PeerSelector>> peers = new IdentityHashMap<>();

  /**
   * The ranges of a world, and by which patterns each learned address is known.
   *
   * @param ranges sorted
   * @param patterns of FQDN selectors, by the address that they select now
   * @param names all patterns of FQDN selectors
   */
  record Found(
      SortedSet<Cidr> ranges,
      SortedMap<Cidr, SortedSet<String>> patterns,
      SortedSet<String> names) {}

  Found find(World world, LearnedNames names) {
    Set<PeerSelector> mentioned = new HashSet<>();
    IdentityHashMap<Policy, Set<PeerSelector>> known = new IdentityHashMap<>();
    for (Policy policy : world.policies()) {
      Set<PeerSelector> own = peers.get(policy);
      if (own == null) {
        own = peers(policy);
      }
      known.put(policy, own);
      mentioned.addAll(own);
    }
    peers = known;
    SortedSet<Cidr> ranges = new TreeSet<>(Ranges.ORDER);
    SortedMap<Cidr, SortedSet<String>> patterns = new TreeMap<>(Ranges.ORDER);
    SortedSet<String> selectors = new TreeSet<>();
    for (PeerSelector peer : mentioned) {
      switch (peer) {
        case PeerSelector.Range range -> {
          ranges.add(range.cidr());
          ranges.addAll(range.except());
        }
        case PeerSelector.Fqdn fqdn -> {
          selectors.add(fqdn.pattern());
          names.of(fqdn).forEach(address -> note(address, fqdn.pattern(), patterns));
        }
        case PeerSelector.Service _, PeerSelector.Services _ ->
            ranges.addAll(backends(peer, world));
        case PeerSelector.Labelled labelled -> addFamilies(labelled.selector(), ranges);
        case PeerSelector.Group _, PeerSelector.Groups _ -> {}
      }
    }
    ranges.addAll(patterns.keySet());
    Services.apiServers(world.services()).forEach(address -> ranges.add(Ranges.of(address)));
    for (CidrGroup group : world.cidrGroups()) {
      ranges.addAll(group.cidrs());
    }
    return new Found(ranges, patterns, selectors);
  }

  private static void note(
      InetAddress address, String pattern, SortedMap<Cidr, SortedSet<String>> patterns) {
    patterns.computeIfAbsent(Ranges.of(address), r -> new TreeSet<>()).add(pattern);
  }

  private static List<Cidr> backends(PeerSelector peer, World world) {
    List<Cidr> ranges = new ArrayList<>();
    for (Service service : Services.selected(peer, world.services())) {
      if (service.podLabels().isEmpty()) {
        service.backends().forEach(backend -> ranges.add(Ranges.of(backend.address())));
      }
    }
    return ranges;
  }

  /** Whoever asks for one family of the world needs addresses of unknown owners told apart. */
  private static void addFamilies(Selector selector, Set<Cidr> ranges) {
    for (Requirement requirement : selector.requirements()) {
      if (requirement.source().equals(Label.RESERVED)) {
        if (requirement.key().equals(Reserved.WORLD_IPV4)) {
          ranges.add(Ranges.ALL_IPV4);
        } else if (requirement.key().equals(Reserved.WORLD_IPV6)) {
          ranges.add(Ranges.ALL_IPV6);
        }
      }
    }
  }

  private static Set<PeerSelector> peers(Policy policy) {
    Set<PeerSelector> peers = new LinkedHashSet<>();
    for (Policy.Rule rule : policy.rules()) {
      for (Policy.Side side : List.of(rule.ingress(), rule.egress())) {
        for (Policy.Item item : side.items()) {
          if (item.peers() != null) {
            item.peers().stream()
                .map(Policy.Peer::selector)
                .filter(MentionedRanges::mayMention)
                .forEach(peers::add);
          }
        }
      }
    }
    return peers;
  }

  private static boolean mayMention(PeerSelector peer) {
    return !(peer instanceof PeerSelector.Labelled(Selector selector))
        || selector.requirements().stream()
            .anyMatch(requirement -> requirement.source().equals(Label.RESERVED));
  }
}
