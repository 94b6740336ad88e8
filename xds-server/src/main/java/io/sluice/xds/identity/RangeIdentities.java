package io.sluice.xds.identity;

import io.sluice.net.Cidr;
import io.sluice.proxy.policy.ReservedIdentity;
import io.sluice.xds.world.CidrGroup;
import io.sluice.xds.world.Label;
import io.sluice.xds.world.Labels;
import io.sluice.xds.world.LearnedNames;
import io.sluice.xds.world.World;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The identities of ranges outside the cluster: one for each that rules can tell apart. What all
 * rules see alike is the world's.
 */
final class RangeIdentities {
  private static final int FIRST = 0x0100_0000;
  private static final int LAST = 0x01ff_ffff;

  /** The label of a group's ranges, before its name. */
  private static final String GROUP_NAME = "io.cilium.policy.cidrgroupname/";

  private final Owners owners;
  private final MentionedRanges mentioned = new MentionedRanges();
  private final Numbers<RangeKey> numbers = new Numbers<>(FIRST, LAST);
  private NavigableMap<Cidr, Identity> identities = new TreeMap<>(Ranges.ORDER);

  /** A range as a key of {@link Numbers}. */
  record RangeKey(Cidr range) implements Comparable<RangeKey> {
    @Override
    public int compareTo(RangeKey other) {
      return Ranges.ORDER.compare(range, other.range);
    }
  }

  RangeIdentities(Owners owners) {
    this.owners = owners;
  }

  /** Whether an identity is that of a range. */
  static boolean holds(Identity identity) {
    return (identity.number() >= FIRST && identity.number() <= LAST)
        || identity.number() == ReservedIdentity.WORLD_IPV4
        || identity.number() == ReservedIdentity.WORLD_IPV6;
  }

  Numbers<RangeKey> numbers() {
    return numbers;
  }

  /** The identities of a range and of all within it. */
  SortedMap<Cidr, Identity> within(Cidr range) {
    return Ranges.within(range, identities);
  }

  /**
   * Follows the world; the owners of addresses must be up to date.
   *
   * @return the patterns of all FQDN selectors, which were found on the way
   */
  SortedSet<String> update(
      World world, LearnedNames names, SortedMap<Integer, Identity> all, Change change) {
    MentionedRanges.Found found = mentioned.find(world, names);
    Set<InetAddress> apiServers = Services.apiServers(world.services());
    SortedSet<Cidr> ranges = new TreeSet<>(found.ranges());
    // If either is asked about, both are told: an address of the world then has one of the two.
    boolean families = ranges.contains(Ranges.ALL_IPV4) || ranges.contains(Ranges.ALL_IPV6);
    ranges.add(Ranges.ALL_IPV4);
    ranges.add(Ranges.ALL_IPV6);
    Map<Cidr, List<CidrGroup>> groups = groups(world);
    NavigableMap<Cidr, Identity> next = new TreeMap<>(Ranges.ORDER);
    for (Cidr range : ranges) {
      List<Label> labels = labels(range, groups);
      found
          .patterns()
          .getOrDefault(range, new TreeSet<>())
          .forEach(pattern -> labels.add(new Label(Label.FQDN, pattern, "")));
      if (range.isAddress() && apiServers.contains(range.address())) {
        labels.add(Reserved.label(Reserved.KUBE_APISERVER));
      }
      boolean needed = found.ranges().contains(range) || (range.length() == 0 && families);
      boolean told = needed && !owners.owned(range);
      next.put(range, identity(range, Labels.of(labels), told));
    }
    replace(next, all, change);
    return found.names();
  }

  private void replace(
      NavigableMap<Cidr, Identity> next, SortedMap<Integer, Identity> all, Change change) {
    identities.forEach(
        (range, before) -> {
          Identity now = next.get(range);
          if (now == null || !now.labels().equals(before.labels())) {
            change.gone().add(before);
          }
          if (now == null) {
            all.remove(before.number());
            numbers.rest(new RangeKey(range));
          }
        });
    next.forEach(
        (range, now) -> {
          Identity before = identities.get(range);
          if (before == null || !before.labels().equals(now.labels())) {
            change.came().add(now);
          }
          all.put(now.number(), now);
        });
    identities = next;
  }

  private Identity identity(Cidr range, Labels labels, boolean told) {
    List<Identity.Host> hosts = told ? List.of(new Identity.Host(range, "", "")) : List.of();
    Identity before = identities.get(range);
    Identity now = new Identity(number(range), labels, hosts, Map.of());
    return before != null && before.equals(now) ? before : now;
  }

  private int number(Cidr range) {
    if (range.equals(Ranges.ALL_IPV4)) {
      return ReservedIdentity.WORLD_IPV4;
    }
    return range.equals(Ranges.ALL_IPV6)
        ? ReservedIdentity.WORLD_IPV6
        : numbers.of(new RangeKey(range));
  }

  private static Map<Cidr, List<CidrGroup>> groups(World world) {
    Map<Cidr, List<CidrGroup>> groups = new HashMap<>();
    for (CidrGroup group : world.cidrGroups()) {
      for (Cidr range : group.cidrs()) {
        groups.computeIfAbsent(range, r -> new ArrayList<>()).add(group);
      }
    }
    return groups;
  }

  /** Its own label, the world's, and those of every group that it lies in. */
  private static List<Label> labels(Cidr range, Map<Cidr, List<CidrGroup>> groups) {
    List<Label> labels = new ArrayList<>();
    labels.add(Reserved.label(Reserved.WORLD));
    labels.add(Reserved.label(Ranges.isIpv4(range) ? Reserved.WORLD_IPV4 : Reserved.WORLD_IPV6));
    if (range.length() > 0) {
      labels.add(new Label(Label.CIDR, range.toString().replace(':', '-'), ""));
    }
    if (groups.isEmpty()) {
      return labels;
    }
    for (int length = 0; length <= range.length(); length++) {
      for (CidrGroup group : groups.getOrDefault(Ranges.shortened(range, length), List.of())) {
        labels.add(new Label(Label.CIDR_GROUP, GROUP_NAME + group.name(), ""));
        group.labels().forEach((key, value) -> labels.add(new Label(Label.CIDR_GROUP, key, value)));
      }
    }
    return labels;
  }
}
