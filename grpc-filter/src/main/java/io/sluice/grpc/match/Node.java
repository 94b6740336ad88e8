package io.sluice.grpc.match;

import io.sluice.proxy.policy.rule.RuleMatcher;

/** A step of the lookup: decides on the parts of the call that are still open. */
interface Node {

  /**
   * Returns the index of a rule that matches, or {@link RuleMatcher#NONE}.
   *
   * @param slash where the service ends and the method begins
   */
  int match(GrpcRequest request, int slash);
}
