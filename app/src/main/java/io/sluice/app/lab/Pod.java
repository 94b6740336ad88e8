package io.sluice.app.lab;

/**
 * A pod of the lab's node: a network namespace behind a veth.
 *
 * @param name {@code namespace/name}
 * @param network where its processes run
 * @param ipv4 its IPv4 address
 * @param ipv6 its IPv6 address
 * @param hostInterface the node's end of its veth
 */
public record Pod(
    String name, NetworkNamespace network, String ipv4, String ipv6, String hostInterface) {

  /** The address of a family, as it stands in a URL. */
  public String urlHost(boolean v6) {
    return v6 ? "[" + ipv6 + "]" : ipv4;
  }
}
