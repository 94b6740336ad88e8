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
 * @param ingressEnforced whether policies select it for ingress
 * @param egressEnforced whether policies select it for egress
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
    boolean ingressEnforced,
    boolean egressEnforced,
    List<String> policies) {

  /** Whether the direction is enforced; one that is not is never steered. */
  public boolean enforced(Direction direction) {
    return direction == Direction.INGRESS ? ingressEnforced : egressEnforced;
  }
}
