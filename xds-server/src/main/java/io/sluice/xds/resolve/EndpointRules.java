package io.sluice.xds.resolve;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Everything that policies say of one endpoint.
 *
 * @param endpoint whom it is about
 * @param ingress what it may receive
 * @param egress what it may send
 * @param policies {@code namespace/name} of the policies that select it, sorted
 * @param conflicts why the policies that select it can't be enforced together; if there are any,
 *     the directions are those that were last in force, or allow nothing
 * @param unaudited why the audited policies can't be judged together with the others; then there is
 *     no shadow
 */
public record EndpointRules(
    Endpoint endpoint,
    Direction ingress,
    Direction egress,
    List<String> policies,
    List<Conflict> conflicts,
    List<Conflict> unaudited) {

  /**
   * One direction.
   *
   * @param enforced what is enforced; null: nothing is, and everything passes
   * @param shadow what would be enforced if no policy were audited; null: no policy is
   */
  public record Direction(@Nullable List<Rule> enforced, @Nullable List<Rule> shadow) {
    /** Nothing is enforced. */
    static final Direction OPEN = new Direction(null, null);

    /** Nothing is allowed. */
    static final Direction CLOSED = new Direction(List.of(), null);
  }
}
