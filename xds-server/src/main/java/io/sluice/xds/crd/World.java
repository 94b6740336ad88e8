package io.sluice.xds.crd;

import java.util.List;
import java.util.SortedMap;

/**
 * The objects that decisions depend on, all of them valid.
 *
 * @param pods ordered by namespace and name
 * @param nodes ordered by name
 * @param namespaceLabels the labels of each namespace, by its name
 * @param policies ordered by kind, namespace and name
 */
public record World(
    List<Pod> pods,
    List<Node> nodes,
    SortedMap<String, SortedMap<String, String>> namespaceLabels,
    List<Policy> policies) {}
