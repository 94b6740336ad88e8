package io.sluice.bpf.steer;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.List;

/**
 * A local pod. One whose directions are both {@link Enforcement#NONE} carries no programs, unless
 * its source is checked; it is there so that others know it by its interface.
 *
 * @param id the number that {@link PolicyEntry#endpoint()} refers to; positive
 * @param hostInterface name of the host-side end of the pod's veth pair
 * @param identity who the pod is to other pods of the node, whatever address its packets bear
 * @param addresses its own, one of each family at most; an enforced pod sends from no others. Empty
 *     if they are not known: then they are not checked
 * @param ingress how what enters the pod is judged
 * @param egress how what leaves the pod is judged
 * @param sourceChecked whether it sends from no other addresses also where it is not enforced
 */
public record EndpointEntry(
    int id,
    String hostInterface,
    int identity,
    List<InetAddress> addresses,
    Enforcement ingress,
    Enforcement egress,
    boolean sourceChecked) {

  public EndpointEntry {
    addresses = List.copyOf(addresses);
    if (id <= 0) {
      throw new IllegalArgumentException("endpoint id: " + id + " (expected: > 0)");
    }
    if (hostInterface.isEmpty() || hostInterface.length() > 15) {
      throw new IllegalArgumentException(
          "interface of endpoint "
              + id
              + ": '"
              + hostInterface
              + "' (expected: 1 to 15 characters)");
    }
    if (identity == 0) {
      throw new IllegalArgumentException(
          "identity of endpoint " + id + ": 0 (expected: a peer's number)");
    }
    long v4 = addresses.stream().filter(address -> address instanceof Inet4Address).count();
    if (v4 > 1 || addresses.size() - v4 > 1) {
      throw new IllegalArgumentException(
          "addresses of endpoint " + id + ": " + addresses + " (expected: one of each family)");
    }
  }

  /** One whose addresses are checked where it is enforced. */
  public EndpointEntry(
      int id,
      String hostInterface,
      int identity,
      List<InetAddress> addresses,
      Enforcement ingress,
      Enforcement egress) {
    this(id, hostInterface, identity, addresses, ingress, egress, false);
  }

  /** Whether anything about it is judged, so that the interface carries programs. */
  public boolean judged() {
    return ingress != Enforcement.NONE || egress != Enforcement.NONE || sourceChecked;
  }
}
