package io.sluice.xds.crd;

import io.sluice.xds.world.Label;
import io.sluice.xds.world.PodLabels;
import io.sluice.xds.world.Requirement;
import io.sluice.xds.world.Selector;
import java.util.List;
import java.util.Set;

/** The named groups of peers that need no labels. */
final class Entity {
  private static final Set<String> LATER =
      Set.of(
          "world-ipv4",
          "world-ipv6",
          "init",
          "ingress",
          "health",
          "unmanaged",
          "none",
          "kube-apiserver",
          "cluster-mesh");

  private Entity() {}

  /** The selectors whose union a named entity is. */
  static List<Selector> selectors(Located entity) throws RejectedException {
    String name = entity.text();
    return switch (name) {
      case "all" -> List.of(Selector.EVERYTHING);
      case "host", "remote-node", "world" -> List.of(reserved(name));
      case "cluster" ->
          List.of(
              reserved("host"),
              reserved("remote-node"),
              reserved("unmanaged"),
              Selector.of(List.of(PodLabels.IN_CLUSTER)));
      default -> {
        if (LATER.contains(name)) {
          throw entity.reject("the entity \"" + name + "\" is not supported yet");
        }
        throw entity.reject(
            "unknown entity \"" + name + "\"; expected all, cluster, host, remote-node or world");
      }
    };
  }

  private static Selector reserved(String name) {
    return Selector.of(List.of(Requirement.exists(Label.RESERVED, name)));
  }
}
