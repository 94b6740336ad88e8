package io.sluice.xds.crd;

import java.net.InetAddress;
import java.util.List;
import java.util.SortedMap;

/**
 * A pod that is alive.
 *
 * @param namespace its namespace
 * @param name its name
 * @param source {@code file:line}
 * @param hostInterface the host-side interface that its annotation names; empty for remote pods
 * @param hostNetwork whether it shares the node's addresses, and so the node's identity
 * @param addresses at most one of each family
 * @param serviceAccount the account that it runs as
 * @param labels its own labels
 */
public record Pod(
    String namespace,
    String name,
    String source,
    String hostInterface,
    boolean hostNetwork,
    List<InetAddress> addresses,
    String serviceAccount,
    SortedMap<String, String> labels) {

  /** Returns {@code namespace/name}. */
  public String fullName() {
    return namespace + "/" + name;
  }
}
