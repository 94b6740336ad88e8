package io.sluice.xds.identity;

import io.sluice.proxy.policy.ReservedIdentity;
import io.sluice.xds.world.Changes;
import io.sluice.xds.world.Labels;
import io.sluice.xds.world.Namespace;
import io.sluice.xds.world.Pod;
import io.sluice.xds.world.PodLabels;
import io.sluice.xds.world.World;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The identities of pods: one for each label set that a pod has. Only what has changed is looked at
 * again.
 */
final class PodIdentities {
  static final Comparator<Pod> ORDER =
      Comparator.comparing(Pod::namespace).thenComparing(Pod::name);

  private static final int FIRST = 256;
  private static final int LAST = 65_535;
  private static final int WIDEST = 0xff_ffff;

  private final Owners owners;
  private final Numbers<Labels> numbers = new Numbers<>(FIRST, LAST, WIDEST);
  private final Map<Labels, Group> groups = new HashMap<>();
  private final Map<Pod.Key, Group> ofPods = new HashMap<>();
  private List<Pod> pods = List.of();
  private SortedMap<String, Namespace> namespaces = new TreeMap<>();

  /** The pods of one label set. */
  private static final class Group {
    final Labels labels;
    final Map<Pod.Key, Pod> pods = new HashMap<>();
    @Nullable Identity identity;

    Group(Labels labels) {
      this.labels = labels;
    }
  }

  PodIdentities(Owners owners) {
    this.owners = owners;
  }

  /** Whether a number is one for pods. */
  static boolean holds(int number) {
    return number >= FIRST && number <= WIDEST;
  }

  Numbers<Labels> numbers() {
    return numbers;
  }

  /** The identity of a pod, or null if it shares its node's or is not in the world. */
  @Nullable Identity of(Pod.Key pod) {
    Group group = ofPods.get(pod);
    return group == null ? null : group.identity;
  }

  /**
   * Follows the world and brings the identities of pods up to date.
   *
   * @param nodesChanged whether other addresses than before are nodes'
   */
  void update(World world, boolean nodesChanged, SortedMap<Integer, Identity> all, Change change) {
    Set<Group> touched = new HashSet<>();
    Set<InetAddress> moved = new HashSet<>();
    Changes<Pod> changes = Changes.between(pods, world.pods(), ORDER);
    List<Pod> gone = new ArrayList<>(changes.gone());
    List<Pod> came = new ArrayList<>(changes.came());
    relabelled(world, changes, gone, came);
    for (Pod pod : gone) {
      leave(pod, touched, moved);
    }
    for (Pod pod : came) {
      join(pod, world, touched, moved);
    }
    pods = world.pods();
    namespaces = world.namespaces();
    // Who shares an address with a pod that came or went may have won or lost it.
    for (InetAddress address : moved) {
      for (Pod pod : owners.pods(address)) {
        touch(ofPods.get(pod.key()), touched);
      }
    }
    List<Group> ordered = new ArrayList<>(nodesChanged ? groups.values() : touched);
    ordered.sort(Comparator.comparing(group -> group.labels));
    // First those without pods, so that a number can be given again only in the next change.
    for (Group group : ordered) {
      if (!group.pods.isEmpty()) {
        renew(group, all, change);
      }
    }
    for (Group group : ordered) {
      if (group.pods.isEmpty()) {
        end(group, all, change);
      }
    }
  }

  /** Adds the unchanged pods of namespaces whose labels have changed. */
  private void relabelled(World world, Changes<Pod> changes, List<Pod> gone, List<Pod> came) {
    Set<String> changed = new HashSet<>();
    for (String name : union(namespaces.keySet(), world.namespaces().keySet())) {
      if (!labels(namespaces.get(name)).equals(labels(world.namespaces().get(name)))) {
        changed.add(name);
      }
    }
    if (changed.isEmpty()) {
      return;
    }
    Set<Pod.Key> seen = new HashSet<>();
    changes.came().forEach(pod -> seen.add(pod.key()));
    for (Pod pod : world.pods()) {
      if (changed.contains(pod.namespace()) && !seen.contains(pod.key())) {
        gone.add(pod);
        came.add(pod);
      }
    }
  }

  private static Set<String> union(Set<String> a, Set<String> b) {
    Set<String> all = new TreeSet<>(a);
    all.addAll(b);
    return all;
  }

  private static Map<String, String> labels(@Nullable Namespace namespace) {
    return namespace == null ? Map.of() : namespace.labels();
  }

  private void leave(Pod pod, Set<Group> touched, Set<InetAddress> moved) {
    Group group = ofPods.remove(pod.key());
    if (group == null) {
      return;
    }
    group.pods.remove(pod.key());
    touched.add(group);
    for (InetAddress address : pod.addresses()) {
      owners.release(address, pod);
      moved.add(address);
    }
  }

  private void join(Pod pod, World world, Set<Group> touched, Set<InetAddress> moved) {
    if (pod.hostNetwork()) {
      return;
    }
    Group group = groups.computeIfAbsent(PodLabels.of(pod, world), Group::new);
    group.pods.put(pod.key(), pod);
    ofPods.put(pod.key(), group);
    touched.add(group);
    for (InetAddress address : pod.addresses()) {
      owners.claim(address, pod);
      moved.add(address);
    }
  }

  private static void touch(@Nullable Group group, Set<Group> touched) {
    if (group != null) {
      touched.add(group);
    }
  }

  private void renew(Group group, SortedMap<Integer, Identity> all, Change change) {
    Identity before = group.identity;
    Identity now =
        new Identity(
            before == null ? numbers.of(group.labels) : before.number(),
            group.labels,
            hosts(group),
            namedPorts(group));
    group.identity = now;
    all.put(now.number(), now);
    if (before == null) {
      change.came().add(now);
    } else if (!before.namedPorts().equals(now.namedPorts())) {
      change.renamed().add(now);
    }
  }

  private void end(Group group, SortedMap<Integer, Identity> all, Change change) {
    groups.remove(group.labels);
    Identity before = group.identity;
    if (before != null) {
      numbers.rest(group.labels);
      all.remove(before.number());
      change.gone().add(before);
    }
  }

  private List<Identity.Host> hosts(Group group) {
    List<Identity.Host> hosts = new ArrayList<>(group.pods.size());
    for (Pod pod : group.pods.values()) {
      for (InetAddress address : pod.addresses()) {
        if (owners.undisputed(address)) {
          hosts.add(new Identity.Host(Ranges.of(address), pod.namespace(), pod.name()));
        }
      }
    }
    hosts.sort(Comparator.comparing(Identity.Host::range, Ranges.ORDER));
    return List.copyOf(hosts);
  }

  private static Map<Pod.PortName, SortedSet<Integer>> namedPorts(Group group) {
    Map<Pod.PortName, SortedSet<Integer>> ports = new HashMap<>();
    for (Pod pod : group.pods.values()) {
      for (Pod.NamedPort port : pod.ports()) {
        ports
            .computeIfAbsent(new Pod.PortName(port.name(), port.protocol()), n -> new TreeSet<>())
            .add(port.port());
      }
    }
    return ports;
  }

  /** The identity of contested addresses: in the cluster, but nobody's. */
  void addContested(SortedMap<Integer, Identity> all) {
    List<Identity.Host> hosts =
        owners.contested().stream()
            .map(address -> new Identity.Host(Ranges.of(address), "", ""))
            .toList();
    Identity unmanaged = all.get(ReservedIdentity.UNMANAGED);
    if (unmanaged == null || !unmanaged.hosts().equals(hosts)) {
      all.put(ReservedIdentity.UNMANAGED, Identities.reserved(ReservedIdentity.UNMANAGED, hosts));
    }
  }
}
