package io.sluice.xds.crd.policy;

import io.sluice.xds.crd.read.Located;
import io.sluice.xds.crd.read.RejectedException;
import io.sluice.xds.world.Label;
import io.sluice.xds.world.PodLabels;
import io.sluice.xds.world.Requirement;
import io.sluice.xds.world.Selector;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The named groups of peers that need no labels (policy language, 3.2). */
final class Entity {
  private static final List<String> OF_CLUSTER =
      List.of("host", "remote-node", "init", "ingress", "health", "unmanaged", "kube-apiserver");
  private static final List<String> OF_WORLD = List.of("world", "world-ipv4", "world-ipv6");

  /** Those that an API server does not know. */
  private static final Set<String> ONLY_HERE = Set.of("world-ipv4", "world-ipv6");

  private Entity() {}

  /** The selectors whose union a named entity is; {@code none} is one that nothing satisfies. */
  static List<Selector> selectors(Located entity, String localCluster) throws RejectedException {
    String name = entity.text();
    if (ONLY_HERE.contains(name)) {
      entity.warn("an API server does not accept this entity; write \"world\" for both families");
    }
    return switch (name) {
      case "all" -> List.of(Selector.EVERYTHING);
      case "world" -> OF_WORLD.stream().map(Entity::reserved).toList();
      case "cluster" -> {
        List<Selector> all = new ArrayList<>(OF_CLUSTER.stream().map(Entity::reserved).toList());
        all.add(Selector.of(List.of(PodLabels.inCluster(localCluster))));
        yield List.copyOf(all);
      }
      case "none" -> List.of(reserved("none"));
      default -> {
        if (!isReserved(name)) {
          throw entity.reject(
              "unknown entity \"" + name + "\"; expected all, cluster, none, " + reservedNames());
        }
        yield List.of(reserved(name));
      }
    };
  }

  /** Whether there are identities with the reserved label of that name. */
  static boolean isReserved(String name) {
    return OF_CLUSTER.contains(name) || OF_WORLD.contains(name);
  }

  /** The names of the reserved labels, for people. */
  static String reservedNames() {
    List<String> names = new ArrayList<>(OF_CLUSTER);
    names.addAll(OF_WORLD);
    return String.join(", ", names);
  }

  private static Selector reserved(String name) {
    return Selector.of(List.of(Requirement.exists(Label.RESERVED, name)));
  }
}
