package io.sluice.xds.identity;

import io.sluice.proxy.policy.ReservedIdentity;
import io.sluice.xds.world.Labels;
import io.sluice.xds.world.Node;
import io.sluice.xds.world.Pod;
import io.sluice.xds.world.PodLabels;
import io.sluice.xds.world.Warning;
import io.sluice.xds.world.World;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Gives every label set its identity and every address at most one.
 *
 * <p>An address that two pods claim proves nothing about who uses it, so as a peer it is neither
 * pod but {@code reserved:unmanaged}: only rules for the whole cluster or for any peer allow it.
 *
 * <p>Not thread-safe; it remembers the numbers that it gave.
 */
public final class IdentityAllocator {
  /** What is known to be in the cluster, but not as whom. */
  static final int UNMANAGED = 3;

  private static final int FIRST_POD_IDENTITY = 256;
  private static final int LAST_POD_IDENTITY = 65_535;
  private static final Comparator<InetAddress> BY_ADDRESS =
      Comparator.comparing(InetAddress::getAddress, Arrays::compareUnsigned);

  private final Numbers<Labels> numbers = new Numbers<>(FIRST_POD_IDENTITY, LAST_POD_IDENTITY);

  /** What one pass collects. */
  private static final class Claims {
    final Map<InetAddress, Node> nodes = new HashMap<>();
    final SortedMap<InetAddress, List<Pod>> pods = new TreeMap<>(BY_ADDRESS);
    final List<Warning> warnings = new ArrayList<>();
  }

  /**
   * Identifies everything in a world.
   *
   * @param localNode the name of the node whose identity is {@code host}
   * @throws IllegalStateException if there are more label sets than numbers
   */
  public Identities identify(World world, String localNode) {
    Map<Pod, Labels> labels = new LinkedHashMap<>();
    for (Pod pod : world.pods()) {
      if (!pod.hostNetwork()) {
        labels.put(pod, PodLabels.of(pod, world));
      }
    }
    Map<Labels, Integer> numbered = numbers.assign(new TreeSet<>(labels.values()));
    Claims claims = claims(world, localNode);
    SortedMap<Integer, Identity> all = new TreeMap<>();
    addReserved(all, claims, localNode);
    for (Map.Entry<Labels, Integer> entry : numbered.entrySet()) {
      all.put(entry.getValue(), new Identity(entry.getValue(), entry.getKey(), new ArrayList<>()));
    }
    Map<Pod, Identity> ofPods = new HashMap<>();
    labels.forEach((pod, set) -> ofPods.put(pod, all.get(numbered.get(set))));
    claims.pods.forEach(
        (address, pods) -> {
          boolean contested = pods.size() > 1;
          Identity owner =
              Objects.requireNonNull(contested ? all.get(UNMANAGED) : ofPods.get(pods.getFirst()));
          owner
              .hosts()
              .add(
                  new Identity.Host(
                      address,
                      contested ? "" : pods.getFirst().namespace(),
                      contested ? "" : pods.getFirst().name()));
        });
    return new Identities(List.copyOf(all.values()), ofPods, claims.warnings);
  }

  private static Claims claims(World world, String localNode) {
    Claims claims = new Claims();
    for (Node node : world.nodes()) {
      for (InetAddress address : node.addresses()) {
        Node other = claims.nodes.get(address);
        if (other == null || node.name().equals(localNode)) {
          claims.nodes.put(address, node);
        }
        if (other != null) {
          claims.warnings.add(
              new Warning(
                  node.source(),
                  "status.addresses",
                  "the nodes "
                      + other.name()
                      + " and "
                      + node.name()
                      + " both claim the address "
                      + address.getHostAddress()
                      + "; remove it from one"));
        }
      }
    }
    for (Pod pod : world.pods()) {
      if (!pod.hostNetwork()) {
        for (InetAddress address : pod.addresses()) {
          claim(claims, pod, address);
        }
      }
    }
    return claims;
  }

  private static void claim(Claims claims, Pod pod, InetAddress address) {
    Node node = claims.nodes.get(address);
    if (node != null) {
      claims.warnings.add(
          new Warning(
              pod.source(),
              "status.podIPs",
              "pod "
                  + pod.fullName()
                  + " claims "
                  + address.getHostAddress()
                  + ", which is an address of the node "
                  + node.name()
                  + ", whose identity it keeps; set hostNetwork or correct the address"));
      return;
    }
    List<Pod> pods = claims.pods.computeIfAbsent(address, a -> new ArrayList<>());
    pods.add(pod);
    if (pods.size() > 1) {
      Pod first = pods.getFirst();
      claims.warnings.add(
          new Warning(
              pod.source(),
              "status.podIPs",
              "the pods "
                  + first.fullName()
                  + " ("
                  + first.source()
                  + ") and "
                  + pod.fullName()
                  + " both claim the address "
                  + address.getHostAddress()
                  + ": as a peer it is neither of them and only rules for any peer or the whole"
                  + " cluster allow it; correct one of them"));
    }
  }

  private static void addReserved(
      SortedMap<Integer, Identity> all, Claims claims, String localNode) {
    reserve(all, ReservedIdentity.HOST, "host");
    reserve(all, ReservedIdentity.WORLD, "world");
    reserve(all, UNMANAGED, "unmanaged");
    reserve(all, ReservedIdentity.REMOTE_NODE, "remote-node");
    SortedMap<InetAddress, Node> byAddress = new TreeMap<>(BY_ADDRESS);
    byAddress.putAll(claims.nodes);
    byAddress.forEach(
        (address, node) -> {
          boolean local = node.name().equals(localNode);
          Objects.requireNonNull(
                  all.get(local ? ReservedIdentity.HOST : ReservedIdentity.REMOTE_NODE))
              .hosts()
              .add(new Identity.Host(address, "", ""));
        });
  }

  private static void reserve(SortedMap<Integer, Identity> all, int number, String name) {
    all.put(number, new Identity(number, Labels.reserved(name), new ArrayList<>()));
  }
}
