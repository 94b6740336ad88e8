package io.sluice.xds.world;

import java.net.InetAddress;
import java.util.List;
import java.util.SortedMap;

/**
 * A service and what stands behind it.
 *
 * @param namespace its namespace
 * @param name its name
 * @param source {@code file:line}
 * @param labels its own labels
 * @param podLabels what its pods are selected by; empty: its backends are listed by hand
 * @param addresses its own, under which clients know it
 * @param ports what it offers
 * @param backends from its endpoint slices
 */
public record Service(
    String namespace,
    String name,
    String source,
    SortedMap<String, String> labels,
    SortedMap<String, String> podLabels,
    List<InetAddress> addresses,
    List<Port> ports,
    List<Backend> backends) {

  /**
   * One port that it offers.
   *
   * @param name empty if it has none
   * @param protocol TCP, UDP or SCTP
   * @param port 1..65535
   * @param targetPort a number or the name of a pod's port; empty: the same number
   */
  public record Port(String name, Policy.Protocol protocol, int port, String targetPort) {}

  /**
   * One address that serves it.
   *
   * @param address where it listens
   * @param ready whether it takes connections now
   * @param ports the numbers behind the service's ports, by the ports' names
   */
  public record Backend(InetAddress address, boolean ready, SortedMap<String, Integer> ports) {}
}
