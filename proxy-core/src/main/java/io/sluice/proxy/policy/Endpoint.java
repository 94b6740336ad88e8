package io.sluice.proxy.policy;

import java.net.InetAddress;
import java.util.List;

/**
 * A pod on this node whose traffic is enforced.
 *
 * @param id the number of its policy resource, not 0
 * @param namespace its namespace
 * @param name the pod's name
 * @param addresses one or two, one of each family
 * @param hostInterface the host-side interface; empty if the control plane did not say
 * @param identity its own identity
 * @param labels {@code source:key=value}, sorted
 * @param ingress what is done about what enters it
 * @param egress what is done about what leaves it
 * @param policies {@code namespace/name} of the policies that select it, sorted
 */
public record Endpoint(
    long id,
    String namespace,
    String name,
    List<InetAddress> addresses,
    String hostInterface,
    int identity,
    List<String> labels,
    Enforcement ingress,
    Enforcement egress,
    List<String> policies) {

  /** What is done about a direction. */
  public Enforcement enforcement(Direction direction) {
    return direction == Direction.INGRESS ? ingress : egress;
  }

  /**
   * Whether a direction's traffic is judged at all, be it for audit only; what is not is never
   * steered.
   */
  public boolean judged(Direction direction) {
    return enforcement(direction) != Enforcement.NONE;
  }
}
