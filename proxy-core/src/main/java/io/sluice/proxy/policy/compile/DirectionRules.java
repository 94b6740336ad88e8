package io.sluice.proxy.policy.compile;

import io.sluice.proxy.policy.Audited;
import io.sluice.proxy.policy.Denial;
import io.sluice.proxy.policy.Permit;
import io.sluice.proxy.policy.Verdict;
import io.sluice.proxy.policy.rule.NearestMiss;
import io.sluice.proxy.policy.rule.Protocol;
import io.sluice.proxy.policy.rule.RuleOrigin;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The rules of one direction of an endpoint as they were read.
 *
 * @param enforced the entries that are enforced
 * @param shadow the entries of all policies, or null where nothing is audited
 */
record DirectionRules(List<PortRules> enforced, @Nullable List<PortRules> shadow) {

  /** The same without audit. */
  DirectionRules withoutShadow() {
    return new DirectionRules(enforced, null);
  }

  /** Whether any entry is about a protocol in particular. */
  boolean mention(Protocol protocol) {
    return mention(enforced, protocol) || (shadow != null && mention(shadow, protocol));
  }

  private static boolean mention(List<PortRules> entries, Protocol protocol) {
    return entries.stream().anyMatch(entry -> entry.protocol() == protocol);
  }

  /** The verdict with those rules of its set that came near. */
  Verdict explain(Verdict connection, Protocol protocol, int port, int identity) {
    return switch (connection) {
      case Permit permit -> permit;
      case Denial denial -> explain(denial, enforced, protocol, port, identity);
      case Audited audited ->
          shadow == null
              ? audited
              : new Audited(
                  audited.permit(), explain(audited.denial(), shadow, protocol, port, identity));
    };
  }

  private static Denial explain(
      Denial denial, List<PortRules> entries, Protocol protocol, int port, int identity) {
    return denial.byRule() ? denial : denial.near(misses(entries, protocol, port, identity));
  }

  /** The rules for the port come first: their authors meant this traffic, but another peer. */
  private static List<NearestMiss> misses(
      List<PortRules> entries, Protocol protocol, int port, int identity) {
    List<NearestMiss> misses = new ArrayList<>();
    for (boolean covering : new boolean[] {true, false}) {
      for (PortRules entry : entries) {
        if (entry.covers(protocol, port) == covering) {
          for (Rule rule : entry.rules()) {
            boolean near = !rule.deny() && rule.remotes().include(identity) != covering;
            // What nobody wrote, such as the local node's access, helps no author.
            boolean written = !rule.origin().equals(RuleOrigin.NONE);
            if (near && written && misses.size() < Denial.MAX_NEAREST_MISSES) {
              misses.add(miss(entry, rule, covering, protocol, port));
            }
          }
        }
      }
    }
    return misses;
  }

  private static NearestMiss miss(
      PortRules entry, Rule rule, boolean portMatches, Protocol protocol, int port) {
    if (portMatches) {
      return new NearestMiss(
          rule.origin(), "peer", entry.ports() + " matched, the peer is not selected");
    }
    String asked = new PortRules(protocol, port, port, List.of()).ports();
    return new NearestMiss(
        rule.origin(), "port", "the peer is selected, " + asked + " is not " + entry.ports());
  }
}
