package io.sluice.proxy.policy;

import io.sluice.cilium.PortNetworkPolicyRule;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * Decides, for the rules of one range of ports, what each peer may do.
 *
 * <p>Evaluation order: Cilium's rule walk (npds 2.4, 2.5), done once for each peer that a rule
 * names and once for all others, so that nothing is left to walk when a request comes. Matchers are
 * shared between all ranges and endpoints whose rules are equal.
 */
final class RangeCompiler {
  private final Map<List<PortNetworkPolicyRule>, RuleMatcher<?>> matchers = new HashMap<>();

  /**
   * Compiles one range.
   *
   * @param rules all rules that cover it, in the order of the resource
   * @throws InvalidPolicyException if the L7 rules of a peer can't be compiled
   */
  PeerTable compile(Direction direction, List<Rule> rules) throws InvalidPolicyException {
    List<Rule> ordered = new ArrayList<>(rules);
    ordered.sort(Rule.ORDER);
    BitSet forAny = new BitSet();
    TreeMap<Integer, BitSet> named = new TreeMap<>();
    if (direction == Direction.INGRESS) {
      named.put(ReservedIdentity.HOST, new BitSet());
    }
    for (int i = 0; i < ordered.size(); i++) {
      if (ordered.get(i).remotes().isEmpty()) {
        forAny.set(i);
      }
      for (int identity : ordered.get(i).remotes()) {
        named.computeIfAbsent(identity, _ -> new BitSet()).set(i);
      }
    }
    PeerPolicy others = decide(ordered, forAny);
    Map<BitSet, PeerPolicy> classes = new HashMap<>();
    TreeMap<Integer, PeerPolicy> policies = new TreeMap<>();
    for (Map.Entry<Integer, BitSet> peer : named.entrySet()) {
      BitSet applying = peer.getValue();
      applying.or(forAny);
      PeerPolicy policy = classes.get(applying);
      if (policy == null) {
        policy = decide(ordered, applying);
        classes.put(applying, policy);
      }
      boolean host = direction == Direction.INGRESS && peer.getKey() == ReservedIdentity.HOST;
      policies.put(peer.getKey(), host ? policy.withoutNeedlessInspection() : policy);
    }
    return new PeerTable(policies, others);
  }

  /** Walks the rules that apply to a peer, strongest first, up to the one that ends the walk. */
  private PeerPolicy decide(List<Rule> ordered, BitSet applying) throws InvalidPolicyException {
    List<Rule> inspecting = new ArrayList<>();
    for (int i = applying.nextSetBit(0); i >= 0; i = applying.nextSetBit(i + 1)) {
      Rule rule = ordered.get(i);
      if (rule.deny()) {
        return inspecting.isEmpty() ? PeerPolicy.deniedBy(rule.origin()) : inspected(inspecting);
      }
      if (rule.l7() == null) {
        return inspecting.isEmpty()
            ? PeerPolicy.allowed(rule.origin())
            : inspected(inspecting).unrestrictedBy(rule.origin());
      }
      inspecting.add(rule);
    }
    return inspecting.isEmpty() ? PeerPolicy.NOTHING_ALLOWS : inspected(inspecting);
  }

  private PeerPolicy inspected(List<Rule> rules) throws InvalidPolicyException {
    RuleCompiler compiler = protocol(rules);
    List<PortNetworkPolicyRule> sources = rules.stream().map(Rule::source).toList();
    RuleMatcher<?> matcher = matchers.get(sources);
    if (matcher == null) {
      matcher = compiler.compile(sources);
      if (matcher.origins().isEmpty()) {
        throw new InvalidPolicyException("l7 holds no rule, expected at least one");
      }
      matchers.put(sources, matcher);
    }
    return PeerPolicy.inspected(compiler.protocol(), matcher);
  }

  private static RuleCompiler protocol(List<Rule> rules) throws InvalidPolicyException {
    RuleCompiler first = Objects.requireNonNull(rules.getFirst().l7());
    for (Rule rule : rules) {
      if (!Objects.requireNonNull(rule.l7()).protocol().equals(first.protocol())) {
        throw new InvalidPolicyException(
            "rules of more than one protocol meet on one port for one peer, expected only "
                + first.protocol());
      }
    }
    return first;
  }
}
