package io.sluice.xds.world;

import java.net.InetAddress;
import java.util.List;
import java.util.SortedMap;

/**
 * A pod that is alive.
 *
 * @param namespace its namespace
 * @param name its name
 * @param source {@code file:line}
 * @param node the name of its node; empty if it is not known
 * @param hostInterface the host-side interface that its annotation names; empty for remote pods
 * @param hostNetwork whether it shares the node's addresses, and so the node's identity
 * @param addresses at most one of each family
 * @param ports the ports of its containers that have names
 * @param serviceAccount the account that it runs as
 * @param labels its own labels
 * @param audited whether its annotation says that all that selects it is reported, not enforced
 */
public record Pod(
    String namespace,
    String name,
    String source,
    String node,
    String hostInterface,
    boolean hostNetwork,
    List<InetAddress> addresses,
    List<NamedPort> ports,
    String serviceAccount,
    SortedMap<String, String> labels,
    boolean audited) {

  /** Returns {@code namespace/name}. */
  public String fullName() {
    return namespace + "/" + name;
  }

  /**
   * A port of a container.
   *
   * @param name in lower case
   * @param protocol TCP, UDP or SCTP
   * @param port 1..65535
   */
  public record NamedPort(String name, Policy.Protocol protocol, int port) {}

  /** What a named port is asked for by. */
  public record PortName(String name, Policy.Protocol protocol) {}

  /** What a pod is told from others by. */
  public record Key(String namespace, String name) {}

  /** What it is told from others by. */
  public Key key() {
    return new Key(namespace, name);
  }
}
