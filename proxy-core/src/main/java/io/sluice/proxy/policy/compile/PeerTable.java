package io.sluice.proxy.policy.compile;

import io.sluice.proxy.policy.PeerPolicy;
import io.sluice.proxy.policy.PeerRules;
import java.util.List;

/**
 * What each peer may do on one range of ports: one policy for each class of peers, so that its size
 * is bound by the policy and never by traffic.
 *
 * @param classes who is treated alike
 * @param policies by the number of the class
 */
record PeerTable(PeerClasses classes, List<PeerPolicy> policies) {
  /** Nobody may connect. */
  static final PeerTable DENY_ALL =
      new PeerTable(
          PeerClasses.of(List.of()), List.of(PeerPolicy.of(PeerRules.NOTHING_ALLOWS, null)));

  PeerPolicy peer(int identity) {
    return policies.get(classes.of(identity));
  }
}
