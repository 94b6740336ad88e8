package io.sluice.xds.resolve;

import io.sluice.xds.world.Labels;
import java.net.InetAddress;
import java.util.List;

/**
 * Someone whose traffic policies are about.
 *
 * @param namespace of a pod; empty for a node
 * @param name of the pod or the node
 * @param hostInterface the host-side interface; empty if it is not on this node
 * @param addresses at most one of each family for a pod
 * @param identity its number
 * @param labels what its identity stands for, or what a node is selected by
 */
public record Endpoint(
    String namespace,
    String name,
    String hostInterface,
    List<InetAddress> addresses,
    int identity,
    Labels labels) {

  /** Returns {@code namespace/name}, or the bare name of a node. */
  public String fullName() {
    return namespace.isEmpty() ? name : namespace + "/" + name;
  }
}
