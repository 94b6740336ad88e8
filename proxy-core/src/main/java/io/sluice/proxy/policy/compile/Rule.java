package io.sluice.proxy.policy.compile;

import io.sluice.cilium.PortNetworkPolicyRule;
import io.sluice.proxy.policy.Remotes;
import io.sluice.proxy.policy.rule.RuleCompiler;
import io.sluice.proxy.policy.rule.RuleOrigin;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One rule of a range of ports, ready to be judged.
 *
 * @param precedence larger wins, unsigned
 * @param deny whether it denies; what it denies no L7 rule can allow
 * @param refusal of a deny rule that stands for what can't be served: why; else empty
 * @param remotes who it is about
 * @param onePort whether it is about one port of one protocol
 * @param l7 who compiles its L7 rules, or null if it has none (a deny rule never has)
 * @param origin the place it was made from
 * @param source the resource's rule without peers and precedence, so that rules that differ only
 *     there share one matcher
 */
record Rule(
    int precedence,
    boolean deny,
    String refusal,
    Remotes remotes,
    boolean onePort,
    @Nullable RuleCompiler l7,
    RuleOrigin origin,
    PortNetworkPolicyRule source) {

  /** What an entry without rules means: any peer, any request, weakest precedence. */
  static Rule allowAll(boolean onePort) {
    return new Rule(
        0,
        false,
        "",
        Remotes.ANY,
        onePort,
        null,
        RuleOrigin.NONE,
        PortNetworkPolicyRule.getDefaultInstance());
  }

  /**
   * The order in which rules are asked: precedence first, inside it deny before allow. Of the
   * denying ones those that a policy asked for come first. Of the allowing ones those with L7 rules
   * come first: whether they are there decides about steering, also where a rule without L7 then
   * allows every request (policy language, section 4.8).
   */
  static final Comparator<Rule> ORDER =
      Comparator.<Rule>comparingInt(rule -> rule.precedence ^ Integer.MIN_VALUE)
          .reversed()
          .thenComparingInt(Rule::kind);

  private int kind() {
    return deny ? (refusal.isEmpty() ? 0 : 1) : (l7 != null ? 2 : 3);
  }

  /** The places that rules were made from. */
  static List<RuleOrigin> origins(List<Rule> rules) {
    return rules.stream().map(Rule::origin).toList();
  }
}
