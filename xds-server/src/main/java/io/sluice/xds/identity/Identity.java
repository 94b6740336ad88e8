package io.sluice.xds.identity;

import io.sluice.xds.world.Labels;
import java.net.InetAddress;
import java.util.List;

/**
 * A number that stands for a label set, and where its owners are.
 *
 * @param number 1..65535
 * @param labels what selectors see
 * @param hosts ordered by address; no address has two identities
 */
public record Identity(int number, Labels labels, List<Host> hosts) {

  /**
   * One address of an identity.
   *
   * @param namespace the pod's namespace; empty if it is no pod's
   * @param pod the pod's name; empty if it is no pod's
   */
  public record Host(InetAddress address, String namespace, String pod) {}
}
