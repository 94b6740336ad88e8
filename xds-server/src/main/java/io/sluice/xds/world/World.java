package io.sluice.xds.world;

import java.util.Collections;
import java.util.List;
import java.util.SortedMap;

/**
 * The objects that decisions depend on, all of them valid.
 *
 * @param localCluster the name of the cluster that they are of
 * @param pods ordered by namespace and name
 * @param nodes ordered by name
 * @param namespaces by their names
 * @param services ordered by namespace and name
 * @param cidrGroups ordered by name
 * @param policies ordered by kind, namespace and name
 */
public record World(
    String localCluster,
    List<Pod> pods,
    List<Node> nodes,
    SortedMap<String, Namespace> namespaces,
    List<Service> services,
    List<CidrGroup> cidrGroups,
    List<Policy> policies) {
  /** Nothing is there. */
  public static final World EMPTY =
      new World(
          "", List.of(), List.of(), Collections.emptySortedMap(), List.of(), List.of(), List.of());
}
