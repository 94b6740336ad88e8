package io.sluice.xds.resolve;

import io.sluice.xds.world.L7Rules;
import io.sluice.xds.world.Policy;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One thing that a direction of an endpoint allows or denies, said at one place of one policy.
 *
 * @param policy the policy that says so; null for what holds without any policy
 * @param place where the policy says so; empty without a policy
 * @param deny whether it denies; then it has no L7 rules
 * @param traffic the ports that it is about
 * @param peers whom it is about; never nobody
 * @param l7 of the requests these; null: every byte
 * @param serverNames patterns of the names that TLS connections must ask for; empty: no TLS is
 *     needed
 * @param tls the certificates for reading inside TLS, or null
 */
public record Rule(
    @Nullable Policy policy,
    Policy.Place place,
    boolean deny,
    Traffic traffic,
    Peers peers,
    @Nullable L7Rules l7,
    List<String> serverNames,
    Policy.@Nullable Tls tls) {

  /** What nobody wrote: it allows peers everything. */
  static Rule unwritten(Peers peers) {
    return unwritten(Traffic.ALL, peers);
  }

  /** What nobody wrote: it allows peers everything on some ports. */
  static Rule unwritten(Traffic traffic, Peers peers) {
    return new Rule(null, new Policy.Place("", ""), false, traffic, peers, null, List.of(), null);
  }

  /** What must be read on its connections, for people; empty if nothing is. */
  String kind() {
    if (l7 != null) {
      return Merge.kind(l7);
    }
    return serverNames.isEmpty() ? "" : "server names of TLS";
  }

  /** Whether it only lets packets through, unread. */
  public boolean plain() {
    return !deny && l7 == null && serverNames.isEmpty() && tls == null;
  }
}
