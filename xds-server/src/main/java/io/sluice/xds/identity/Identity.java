package io.sluice.xds.identity;

import io.sluice.net.Cidr;
import io.sluice.xds.world.Labels;
import io.sluice.xds.world.Pod;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;

/**
 * A number that stands for a label set, and where its owners are.
 *
 * @param number greater than 0
 * @param labels what selectors see
 * @param hosts ordered by address; no range has two identities
 * @param namedPorts the numbers that its pods' ports of one name have
 */
public record Identity(
    int number, Labels labels, List<Host> hosts, Map<Pod.PortName, SortedSet<Integer>> namedPorts) {

  /**
   * One address or range of an identity.
   *
   * @param range what has the identity unless a longer one has another
   * @param namespace the pod's namespace; empty if it is no pod's
   * @param pod the pod's name; empty if it is no pod's
   */
  public record Host(Cidr range, String namespace, String pod) {}
}
