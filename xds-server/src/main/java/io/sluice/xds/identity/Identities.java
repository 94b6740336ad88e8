package io.sluice.xds.identity;

import io.sluice.net.Cidr;
import io.sluice.proxy.policy.ReservedIdentity;
import io.sluice.xds.world.Label;
import io.sluice.xds.world.Labels;
import io.sluice.xds.world.Node;
import io.sluice.xds.world.PeerSelector;
import io.sluice.xds.world.Pod;
import io.sluice.xds.world.Settings;
import io.sluice.xds.world.Warning;
import io.sluice.xds.world.World;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Gives every label set and every range that rules can tell apart its identity, and every address
 * at most one. What did not change keeps its number.
 *
 * <p>Not thread-safe: {@link #update} changes what the other methods answer.
 */
public final class Identities {
  private final Owners owners = new Owners();
  private final PodIdentities pods = new PodIdentities(owners);
  private final RangeIdentities ranges = new RangeIdentities(owners);
  private final NameIdentities names = new NameIdentities();
  private final SortedMap<Integer, Identity> all = new TreeMap<>();
  private List<Node> nodes = List.of();
  private Set<InetAddress> apiServers = Set.of();
  private String local = "";

  /** Begins without any identity. */
  public Identities() {}

  /**
   * Begins with the numbers of another life.
   *
   * @throws IllegalArgumentException if they contradict themselves
   */
  public Identities(SavedNumbers saved) {
    pods.numbers().restore(saved.labels());
    ranges
        .numbers()
        .restore(
            saved.ranges().entrySet().stream()
                .collect(
                    Collectors.toMap(
                        entry -> new RangeIdentities.RangeKey(entry.getKey()),
                        Map.Entry::getValue)));
    names.numbers().restore(saved.names());
  }

  /** The numbers given, for whoever keeps them across restarts. */
  public SavedNumbers saved() {
    SortedMap<Cidr, Integer> numbers = new TreeMap<>(Ranges.ORDER);
    ranges.numbers().saved().forEach((key, number) -> numbers.put(key.range(), number));
    return new SavedNumbers(pods.numbers().saved(), numbers, names.numbers().saved());
  }

  /**
   * Follows the world.
   *
   * @throws IllegalStateException if there are more label sets or ranges than numbers
   */
  public Change update(World world, Settings settings) {
    Change change = new Change();
    Set<InetAddress> servers = Services.apiServers(world.services());
    boolean first = all.isEmpty();
    boolean nodesChanged = !nodes.equals(world.nodes()) || !local.equals(settings.node());
    if (nodesChanged) {
      owners.setNodes(world.nodes(), settings.node());
    }
    if (first || nodesChanged || !apiServers.equals(servers)) {
      reserve(settings.node(), servers, change);
    }
    nodes = world.nodes();
    apiServers = servers;
    local = settings.node();
    pods.update(world, nodesChanged, all, change);
    pods.addContested(all);
    names.update(ranges.update(world, settings.names(), all, change), all);
    return change;
  }

  /** All identities, ordered by number. */
  public Collection<Identity> all() {
    return Collections.unmodifiableCollection(all.values());
  }

  /** The identity of a number, or null. */
  public @Nullable Identity numbered(int number) {
    return all.get(number);
  }

  /** The identity of a pod, or null if it shares its node's or is not in the world. */
  public @Nullable Identity of(Pod.Key pod) {
    return pods.of(pod);
  }

  /** Whether a number is one for pods. */
  public static boolean isOfPods(int number) {
    return PodIdentities.holds(number);
  }

  /** Whether a number is that of the addresses of names. */
  public static boolean isOfNames(int number) {
    return NameIdentities.holds(number);
  }

  /** The identity of what an FQDN selector selects, or null if no policy has it. */
  public @Nullable Identity of(PeerSelector.Fqdn selector) {
    return names.of(selector);
  }

  /** The identities outside the cluster that a range contains, itself included. */
  public Map<Cidr, Identity> within(Cidr range) {
    return Collections.unmodifiableMap(ranges.within(range));
  }

  /** Addresses that more than one owner claims. */
  public List<Warning> warnings() {
    return owners.warnings();
  }

  static Identity reserved(int number, List<Identity.Host> hosts) {
    return new Identity(number, Objects.requireNonNull(Reserved.ALL.get(number)), hosts, Map.of());
  }

  /** Enters the identities with fixed numbers, and the nodes' addresses among them. */
  private void reserve(String localNode, Set<InetAddress> servers, Change change) {
    SortedMap<Integer, List<Identity.Host>> hosts = new TreeMap<>();
    boolean serverHere = false;
    for (Map.Entry<InetAddress, Node> entry : owners.nodes().entrySet()) {
      boolean here = entry.getValue().name().equals(localNode);
      boolean server = servers.contains(entry.getKey());
      serverHere |= here && server;
      int number =
          here
              ? ReservedIdentity.HOST
              : server ? ReservedIdentity.KUBE_APISERVER_NODE : ReservedIdentity.REMOTE_NODE;
      hosts
          .computeIfAbsent(number, n -> new ArrayList<>())
          .add(new Identity.Host(Ranges.of(entry.getKey()), "", ""));
    }
    for (int number : Reserved.ALL.keySet()) {
      Identity now = reserved(number, List.copyOf(hosts.getOrDefault(number, List.of())));
      if (number == ReservedIdentity.HOST && serverHere) {
        List<Label> labels = new ArrayList<>(now.labels().sorted());
        labels.add(Reserved.label(Reserved.KUBE_APISERVER));
        now = new Identity(number, Labels.of(labels), now.hosts(), Map.of());
      }
      Identity before = all.put(number, now);
      if (before == null || !before.labels().equals(now.labels())) {
        if (before != null) {
          change.gone().add(before);
        }
        change.came().add(now);
      }
    }
  }
}
