package io.sluice.proxy.xds;

import io.sluice.proxy.policy.compile.Rejection;
import java.util.List;

/**
 * How the subscription stands.
 *
 * @param connected whether the control plane has answered on the stream that is open now
 * @param policies of the endpoints' policies
 * @param identities of the identities' addresses
 */
public record SubscriptionStatus(boolean connected, TypeStatus policies, TypeStatus identities) {

  /** Whether both types have been received, so that a first snapshot is in force. */
  public boolean complete() {
    return policies.received() && identities.received();
  }

  /**
   * One type of resource.
   *
   * @param received whether a response of it has ever been applied
   * @param version the control plane's version of the last response that was accepted as a whole;
   *     empty before the first
   * @param rejected the resources of the last response that were refused
   */
  public record TypeStatus(boolean received, String version, List<Rejection> rejected) {
    static final TypeStatus NONE = new TypeStatus(false, "", List.of());
  }
}
