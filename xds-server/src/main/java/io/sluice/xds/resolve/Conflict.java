package io.sluice.xds.resolve;

import io.sluice.xds.world.Policy;

/**
 * Why two rules can't be enforced together for one endpoint (policy language, V24 of 1.11).
 *
 * @param first the rule that comes first in the order of the policies
 * @param second the other
 * @param reason both rules by name, what is wrong, what to do
 */
public record Conflict(Said first, Said second, String reason) {

  /**
   * One of the two rules.
   *
   * @param policy that it is part of
   * @param place where it stands
   */
  public record Said(Policy policy, Policy.Place place) {}

  /** Returns {@code file:line} of the second rule. */
  public String source() {
    return second.place.source();
  }

  /** The path of the second rule. */
  public String field() {
    return second.place.field();
  }
}
