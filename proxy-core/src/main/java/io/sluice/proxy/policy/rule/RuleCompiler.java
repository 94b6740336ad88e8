package io.sluice.proxy.policy.rule;

import io.sluice.cilium.PortNetworkPolicyRule;
import java.util.List;

/** What a protocol module brings to the policy: how its L7 rules become a {@link RuleMatcher}. */
public interface RuleCompiler {

  /** The protocol's name, in lower case; also the value of the metric label {@code protocol}. */
  String protocol();

  /** Whether it can be carried by a protocol; a rule that wants it on another is refused. */
  default boolean isOver(Protocol carrier) {
    return carrier == Protocol.TCP;
  }

  /**
   * Whether a rule without L7 for more than the one port lets every request of its peers pass that
   * these rules don't allow (policy language, section 4.8); one for just this port always does.
   */
  default boolean yieldsToWiderRules() {
    return true;
  }

  /** Whether the rule carries L7 rules of this protocol. */
  boolean compiles(PortNetworkPolicyRule rule);

  /**
   * Compiles all rules that apply to one peer on one port into one matcher, so that a request is
   * looked up once however many rules there are.
   *
   * @param rules rules for which {@link #compiles} holds, in the order of the policy
   * @throws InvalidPolicyException if a rule asks for something that can't be enforced
   */
  RuleMatcher<?> compile(List<PortNetworkPolicyRule> rules) throws InvalidPolicyException;
}
