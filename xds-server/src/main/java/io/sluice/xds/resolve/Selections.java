package io.sluice.xds.resolve;

import io.sluice.net.Cidr;
import io.sluice.proxy.policy.ReservedIdentity;
import io.sluice.xds.identity.Change;
import io.sluice.xds.identity.Identities;
import io.sluice.xds.identity.Identity;
import io.sluice.xds.identity.Services;
import io.sluice.xds.world.CidrGroup;
import io.sluice.xds.world.Label;
import io.sluice.xds.world.Labels;
import io.sluice.xds.world.LearnedNames;
import io.sluice.xds.world.PeerSelector;
import io.sluice.xds.world.PodLabels;
import io.sluice.xds.world.Requirement;
import io.sluice.xds.world.Selector;
import io.sluice.xds.world.Service;
import io.sluice.xds.world.World;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Knows what each way of naming peers means, and keeps that up to date: of those by label only
 * those that select a changed identity are looked at again.
 */
final class Selections {
  private final Identities identities;
  private final LabelPostings postings = new LabelPostings();
  private final Map<PeerSelector, Selection> all = new HashMap<>();
  private final SelectorIndex<Selection> byLabels = new SelectorIndex<>();
  private final List<Selection> byRange = new ArrayList<>();

  Selections(Identities identities) {
    this.identities = identities;
  }

  /** Finds identities by labels. */
  LabelPostings postings() {
    return postings;
  }

  /** Follows a change of identities; {@code time} is later than that of any change before. */
  void update(Change change, LearnedNames names, long time) {
    for (Identity identity : change.gone()) {
      postings.remove(identity);
      byLabels.matching(
          identity.labels(),
          selection -> selection.become(selection.peers().with(identity.number(), false), time));
    }
    for (Identity identity : change.came()) {
      postings.add(identity);
      byLabels.matching(
          identity.labels(),
          selection -> selection.become(selection.peers().with(identity.number(), true), time));
    }
    if (change.aboutRanges()) {
      for (Selection selection : byRange) {
        selection.become(inRange(selection.selector(), names), time);
      }
    }
  }

  /** The shared selection of peers that are named by labels, a range or learned names. */
  Selection of(PeerSelector selector, LearnedNames names, long time) {
    Selection known = all.get(selector);
    if (known != null) {
      return known;
    }
    Selection selection = new Selection(selector);
    all.put(selector, selection);
    if (selector instanceof PeerSelector.Labelled(Selector labels)) {
      byLabels.add(labels, selection);
      selection.become(postings.select(labels), time);
    } else {
      byRange.add(selection);
      selection.become(inRange(selector, names), time);
    }
    return selection;
  }

  /** Forgets all selections that are not needed any more. */
  void retain(Set<Selection> needed) {
    all.values()
        .removeIf(
            selection -> {
              boolean forgotten = !needed.contains(selection);
              if (forgotten && selection.selector() instanceof PeerSelector.Labelled(Selector s)) {
                byLabels.remove(s, selection);
              }
              return forgotten;
            });
    byRange.removeIf(selection -> !needed.contains(selection));
  }

  /**
   * Says a way of naming peers by labels, ranges and learned names only: what stands behind groups
   * and services now.
   */
  static List<PeerSelector> spelledOut(PeerSelector selector, World world) {
    return switch (selector) {
      case PeerSelector.Group(String name) ->
          ranges(world.cidrGroups().stream().filter(group -> group.name().equals(name)).toList());
      case PeerSelector.Groups(Selector labels) ->
          ranges(
              world.cidrGroups().stream().filter(group -> labels.matches(labels(group))).toList());
      case PeerSelector.Service _, PeerSelector.Services _ -> {
        List<PeerSelector> backends = new ArrayList<>();
        for (Service service : Services.selected(selector, world.services())) {
          backends.addAll(backends(service, world.localCluster()));
        }
        yield backends;
      }
      case PeerSelector.Labelled _, PeerSelector.Range _, PeerSelector.Fqdn _ -> List.of(selector);
    };
  }

  private static List<PeerSelector> ranges(List<CidrGroup> groups) {
    List<PeerSelector> ranges = new ArrayList<>();
    for (CidrGroup group : groups) {
      group.cidrs().forEach(cidr -> ranges.add(new PeerSelector.Range(cidr, List.of())));
    }
    return ranges;
  }

  private static Labels labels(CidrGroup group) {
    return Labels.of(
        group.labels().entrySet().stream()
            .map(label -> new Label(Label.CIDR_GROUP, label.getKey(), label.getValue()))
            .toList());
  }

  /** A service with pods means these, wherever they are; one without means its backends. */
  private static List<PeerSelector> backends(Service service, String cluster) {
    if (service.podLabels().isEmpty()) {
      return service.backends().stream()
          .map(Service.Backend::address)
          .distinct()
          .map(
              address ->
                  (PeerSelector)
                      new PeerSelector.Range(
                          new Cidr(address, address.getAddress().length * 8), List.of()))
          .toList();
    }
    List<Requirement> pods = new ArrayList<>();
    pods.add(Requirement.equal(Label.KUBERNETES, Label.NAMESPACE, service.namespace()));
    // As in toEndpoints, so that both ways to name the same pods are one selector (4.4).
    pods.add(PodLabels.inCluster(cluster));
    service
        .podLabels()
        .forEach((key, value) -> pods.add(Requirement.equal(Label.KUBERNETES, key, value)));
    return List.of(new PeerSelector.Labelled(Selector.of(pods)));
  }

  /**
   * The identities of ranges, and of what nodes learn of names; never those of pods, nodes and the
   * host (3.3).
   */
  private Peers inRange(PeerSelector selector, LearnedNames names) {
    return switch (selector) {
      case PeerSelector.Range(Cidr cidr, List<Cidr> except) -> {
        List<Integer> numbers = new ArrayList<>();
        identities
            .within(cidr)
            .forEach(
                (range, identity) -> {
                  if (except.stream().noneMatch(hole -> hole.contains(range))) {
                    numbers.add(identity.number());
                  }
                });
        if (cidr.length() == 0) {
          // Whoever is in the world but at no address that is known; no address has it now.
          numbers.add(ReservedIdentity.WORLD);
        }
        yield Peers.of(numbers.stream().mapToInt(Integer::intValue).toArray());
      }
      case PeerSelector.Fqdn fqdn -> {
        Identity learned = identities.of(fqdn);
        Peers peers = learned == null ? Peers.NONE : Peers.of(learned.number());
        for (InetAddress address : names.of(fqdn)) {
          Cidr range = new Cidr(address, address.getAddress().length * 8);
          for (Identity identity : identities.within(range).values()) {
            peers = peers.or(Peers.of(identity.number()));
          }
        }
        yield peers;
      }
      default -> throw new IllegalStateException("not spelled out: " + selector);
    };
  }
}
