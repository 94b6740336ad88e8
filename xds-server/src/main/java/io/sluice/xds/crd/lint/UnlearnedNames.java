package io.sluice.xds.crd.lint;

import io.sluice.xds.world.L7Rules;
import io.sluice.xds.world.PeerSelector.Fqdn;
import io.sluice.xds.world.Policy;
import io.sluice.xds.world.Policy.Item;
import io.sluice.xds.world.Policy.Peer;
import io.sluice.xds.world.Policy.PortRule;
import io.sluice.xds.world.Selector;
import java.util.ArrayList;
import java.util.List;

/**
 * Finds names that a rule lets endpoints connect to, but that no DNS rule lets be learned: then
 * they stay without addresses, and nothing is allowed (policy language, 7).
 */
final class UnlearnedNames {
  /** A courtesy is not worth more comparisons. */
  private static final int MAX_COMPARISONS = 1_000_000;

  private final List<Policy> policies;
  private final List<Question> questions = new ArrayList<>();
  private int comparisons;

  /** A name, or a pattern of names, that the endpoints may ask for. */
  private record Question(Selector subject, String pattern) {}

  UnlearnedNames(List<Policy> policies) {
    this.policies = policies;
    for (Policy policy : policies) {
      for (Policy.Rule rule : policy.rules()) {
        for (Item item : rule.egress().items()) {
          addQuestions(rule, item);
        }
      }
    }
  }

  private void addQuestions(Policy.Rule rule, Item item) {
    if (item.ports() == null) {
      return;
    }
    for (PortRule ports : item.ports()) {
      if (ports.l7() instanceof L7Rules.Dns dns) {
        for (L7Rules.DnsRule each : dns.rules()) {
          questions.add(new Question(rule.subject().selector(), each.pattern()));
        }
      }
    }
  }

  /** The names that can't be learned, in the order of the policies. */
  List<PolicyFinding> find() {
    List<PolicyFinding> findings = new ArrayList<>();
    for (Policy policy : policies) {
      for (Policy.Rule rule : policy.rules()) {
        for (Item item : rule.egress().items()) {
          for (Peer peer : item.peers() == null ? List.<Peer>of() : item.peers()) {
            if (peer.selector() instanceof Fqdn fqdn
                && !learned(rule.subject().selector(), fqdn.pattern())) {
              findings.add(warning(policy, peer, fqdn));
            }
          }
        }
      }
    }
    return findings;
  }

  private boolean learned(Selector subject, String pattern) {
    for (Question question : questions) {
      if (++comparisons > MAX_COMPARISONS) {
        return true;
      }
      if (NamePatterns.meet(question.pattern, pattern)
          && !Selectors.disjoint(question.subject, subject)) {
        return true;
      }
    }
    return false;
  }

  private static PolicyFinding warning(Policy policy, Peer peer, Fqdn fqdn) {
    String field = fqdn.exact() ? "matchName" : "matchPattern";
    return PolicyFinding.warning(
        policy,
        peer.place(),
        "allows nothing: addresses are learned from the answers to DNS questions, and no DNS rule"
            + " lets these endpoints ask for it. Add a rule that allows the DNS servers with"
            + " toPorts 53 and rules: {dns: [{"
            + field
            + ": \""
            + fqdn.pattern()
            + "\"}]}");
  }
}
