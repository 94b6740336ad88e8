package io.sluice.xds.crd.lint;

import io.sluice.xds.crd.read.Finding;
import io.sluice.xds.crd.read.Finding.Level;
import io.sluice.xds.world.Policy;

/**
 * Something odd about a policy.
 *
 * @param policy whose field it is
 * @param finding a warning
 */
public record PolicyFinding(Policy policy, Finding finding) {

  /** A warning at a place of a policy. */
  static PolicyFinding warning(Policy policy, Policy.Place place, String reason) {
    String source = place.source();
    int colon = source.lastIndexOf(':');
    return new PolicyFinding(
        policy,
        new Finding(
            Level.WARN,
            source.substring(0, colon),
            Integer.parseInt(source.substring(colon + 1)),
            place.field(),
            reason));
  }

  /** A policy by its kind and name, for messages. */
  static String name(Policy policy) {
    return policy.kind() + " " + policy.fullName();
  }
}
