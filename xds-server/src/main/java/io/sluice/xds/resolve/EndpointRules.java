package io.sluice.xds.resolve;

import io.sluice.xds.identity.Identity;
import io.sluice.xds.world.Pod;
import java.util.List;

/**
 * Everything that is enforced for one local endpoint.
 *
 * @param pod the endpoint
 * @param identity its own identity
 * @param ingress what it may receive
 * @param egress what it may send
 * @param policies {@code namespace/name} of the policies that select it, sorted
 */
public record EndpointRules(
    Pod pod, Identity identity, Direction ingress, Direction egress, List<String> policies) {

  /**
   * One direction.
   *
   * @param enforced whether any rule selects the endpoint for it; if not, everything passes
   * @param allows what is allowed if it is enforced, in the order of the policies
   */
  public record Direction(boolean enforced, List<Allow> allows) {}
}
