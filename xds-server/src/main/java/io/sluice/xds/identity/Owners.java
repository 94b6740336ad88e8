package io.sluice.xds.identity;

import io.sluice.net.Cidr;
import io.sluice.xds.world.Node;
import io.sluice.xds.world.Pod;
import io.sluice.xds.world.Warning;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Knows whose every address is: a node's before a pod's, and of two pods nobody's. An address that
 * two pods claim proves nothing about who uses it.
 */
final class Owners {
  private final Map<InetAddress, Node> nodes = new HashMap<>();
  private final Map<InetAddress, List<Pod>> pods = new HashMap<>();
  private final TreeSet<InetAddress> disputed = new TreeSet<>(Ranges.BY_ADDRESS);
  private final List<Warning> nodeWarnings = new ArrayList<>();

  /** Takes other nodes for those there are; the local one has what several claim. */
  void setNodes(List<Node> all, String local) {
    nodes.clear();
    nodeWarnings.clear();
    for (Node node : all) {
      for (InetAddress address : node.addresses()) {
        Node other = nodes.get(address);
        if (other == null || node.name().equals(local)) {
          nodes.put(address, node);
        }
        if (other != null) {
          nodeWarnings.add(nodesDisagree(node, other, address));
        }
      }
    }
    disputed.clear();
    pods.forEach(
        (address, claiming) -> {
          if (claiming.size() > 1 || nodes.containsKey(address)) {
            disputed.add(address);
          }
        });
  }

  /** The node with that address. */
  @Nullable Node node(InetAddress address) {
    return nodes.get(address);
  }

  /** The nodes by their addresses, in order. */
  Map<InetAddress, Node> nodes() {
    Map<InetAddress, Node> sorted = new TreeMap<>(Ranges.BY_ADDRESS);
    sorted.putAll(nodes);
    return sorted;
  }

  /** The pods that claim an address; {@code List.of()} if none does. */
  List<Pod> pods(InetAddress address) {
    return pods.getOrDefault(address, List.of());
  }

  /** Whether an address is that pod's and nobody else's. */
  boolean undisputed(InetAddress address) {
    return !disputed.contains(address);
  }

  /** Whether a range is one address that a node or pod has. */
  boolean owned(Cidr range) {
    return range.isAddress()
        && (nodes.containsKey(range.address()) || pods.containsKey(range.address()));
  }

  /** The addresses that several pods and no node claim, in order. */
  List<InetAddress> contested() {
    return disputed.stream().filter(address -> !nodes.containsKey(address)).toList();
  }

  /** Adds a claim. */
  void claim(InetAddress address, Pod pod) {
    List<Pod> claiming = pods.computeIfAbsent(address, a -> new ArrayList<>(1));
    claiming.add(pod);
    if (claiming.size() > 1 || nodes.containsKey(address)) {
      disputed.add(address);
    }
  }

  /** Takes a claim back. */
  void release(InetAddress address, Pod pod) {
    List<Pod> claiming = pods.getOrDefault(address, List.of());
    claiming.removeIf(other -> other.key().equals(pod.key()));
    if (claiming.isEmpty()) {
      pods.remove(address);
    }
    if (claiming.isEmpty() || (claiming.size() == 1 && !nodes.containsKey(address))) {
      disputed.remove(address);
    }
  }

  /** What is odd about the claims, in the order of the addresses. */
  List<Warning> warnings() {
    List<Warning> warnings = new ArrayList<>(nodeWarnings);
    for (InetAddress address : disputed) {
      Node node = nodes.get(address);
      List<Pod> claiming = new ArrayList<>(pods(address));
      claiming.sort((a, b) -> a.fullName().compareTo(b.fullName()));
      if (node != null) {
        claiming.forEach(pod -> warnings.add(podClaimsNode(pod, node, address)));
      } else {
        for (Pod pod : claiming.subList(1, claiming.size())) {
          warnings.add(podsDisagree(pod, claiming.getFirst(), address));
        }
      }
    }
    return warnings;
  }

  private static Warning nodesDisagree(Node node, Node other, InetAddress address) {
    return new Warning(
        node.source(),
        "status.addresses",
        "the nodes "
            + other.name()
            + " and "
            + node.name()
            + " both claim the address "
            + address.getHostAddress()
            + "; remove it from one");
  }

  private static Warning podClaimsNode(Pod pod, Node node, InetAddress address) {
    return new Warning(
        pod.source(),
        "status.podIPs",
        "pod "
            + pod.fullName()
            + " claims "
            + address.getHostAddress()
            + ", which is an address of the node "
            + node.name()
            + ", whose identity it keeps; set hostNetwork or correct the address");
  }

  private static Warning podsDisagree(Pod pod, Pod first, InetAddress address) {
    return new Warning(
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
            + " cluster allow it; correct one of them");
  }
}
