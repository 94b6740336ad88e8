package io.sluice.proxy.policy.compile;

import io.sluice.cilium.PortNetworkPolicyRule;
import io.sluice.proxy.policy.Denial;
import io.sluice.proxy.policy.Direction;
import io.sluice.proxy.policy.PeerPolicy;
import io.sluice.proxy.policy.PeerRules;
import io.sluice.proxy.policy.Remotes;
import io.sluice.proxy.policy.ReservedIdentity;
import io.sluice.proxy.policy.rule.InvalidPolicyException;
import io.sluice.proxy.policy.rule.RuleCompiler;
import io.sluice.proxy.policy.rule.RuleMatcher;
import io.sluice.proxy.policy.rule.RuleOrigin;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Decides, for the rules of one range of ports, what each peer may do.
 *
 * <p>Evaluation order: Cilium's rule walk (npds 2.4, 2.5), done once for each class of peers that
 * the rules tell apart, so that nothing is left to walk when a request comes. Matchers and classes
 * are shared between all ranges and endpoints whose rules are equal.
 */
final class RangeCompiler {
  private static final Remotes NODE = Remotes.of(List.of(ReservedIdentity.HOST));

  private final Shared<List<PortNetworkPolicyRule>, RuleMatcher<?>> matchers = new Shared<>();
  private final Shared<List<Remotes>, PeerClasses> classes = new Shared<>();

  /**
   * Compiles one range.
   *
   * @param enforced all enforced rules that cover it, in the order of the resource
   * @param shadow the same of the shadow, or null where nothing is audited
   * @throws InvalidPolicyException if the L7 rules of a peer can't be compiled
   */
  PeerTable compile(Direction direction, List<Rule> enforced, @Nullable List<Rule> shadow)
      throws InvalidPolicyException {
    Map<Remotes, Integer> sets = new LinkedHashMap<>();
    if (direction == Direction.INGRESS) {
      sets.put(NODE, 0);
    }
    Stream.concat(enforced.stream(), shadow == null ? Stream.empty() : shadow.stream())
        .map(Rule::remotes)
        .filter(remotes -> !remotes.isAny())
        .forEach(remotes -> sets.putIfAbsent(remotes, sets.size()));
    PeerClasses peers = classes.get(List.copyOf(sets.keySet()));
    if (peers == null) {
      peers = PeerClasses.of(List.copyOf(sets.keySet()));
      classes.put(List.copyOf(sets.keySet()), peers);
    }
    int host = direction == Direction.INGRESS ? peers.of(ReservedIdentity.HOST) : -1;
    Walk enforcedWalk = new Walk(enforced, sets);
    Walk shadowWalk = shadow == null ? null : new Walk(shadow, sets);
    List<PeerPolicy> policies = new ArrayList<>(peers.count());
    for (int number = 0; number < peers.count(); number++) {
      boolean node = number == host;
      PeerRules now = enforcedWalk.decide(peers.naming(number), node);
      policies.add(
          PeerPolicy.of(
              now, shadowWalk == null ? null : shadowWalk.decide(peers.naming(number), node)));
    }
    return new PeerTable(peers, List.copyOf(policies));
  }

  /** The rules of one set, strongest first, and what has been decided by them so far. */
  private final class Walk {
    private final List<Rule> ordered;
    private final BitSet forAny = new BitSet();
    private final BitSet[] bySet;
    private final Map<BitSet, PeerRules> decided = new HashMap<>();

    Walk(List<Rule> rules, Map<Remotes, Integer> sets) {
      ordered = rules.stream().sorted(Rule.ORDER).toList();
      bySet = Stream.generate(BitSet::new).limit(sets.size()).toArray(BitSet[]::new);
      for (int i = 0; i < ordered.size(); i++) {
        Remotes remotes = ordered.get(i).remotes();
        (remotes.isAny() ? forAny : bySet[Objects.requireNonNull(sets.get(remotes))]).set(i);
      }
    }

    /**
     * What the members of a class may do.
     *
     * @param naming the sets that name them
     * @param node whether it is the local node on its way to a pod: it may always do what a rule
     *     without L7 allows, and is not inspected then (policy language, section 4.10)
     */
    PeerRules decide(BitSet naming, boolean node) throws InvalidPolicyException {
      BitSet applying = (BitSet) forAny.clone();
      naming.stream().forEach(set -> applying.or(bySet[set]));
      List<Rule> rules = applying.stream().mapToObj(ordered::get).toList();
      if (node) {
        return RangeCompiler.this.decide(rules, true);
      }
      PeerRules known = decided.get(applying);
      if (known == null) {
        known = RangeCompiler.this.decide(rules, false);
        decided.put(applying, known);
      }
      return known;
    }
  }

  /** Walks the rules that apply to a peer, strongest first, up to the one that ends the walk. */
  private PeerRules decide(List<Rule> rules, boolean node) throws InvalidPolicyException {
    List<Rule> inspecting = new ArrayList<>();
    for (int i = 0; i < rules.size(); i++) {
      Rule rule = rules.get(i);
      if (rule.deny()) {
        return inspecting.isEmpty()
            ? refused(rules.subList(i, rules.size()))
            : inspected(inspecting);
      }
      if (rule.l7() != null) {
        inspecting.add(rule);
      } else if (inspecting.isEmpty() || (node && opensForNode(rule, inspecting))) {
        return PeerRules.allowed(Rule.origins(plain(rules.subList(i, rules.size()))));
      } else if (!node && opens(rule, inspecting)) {
        List<Rule> opening =
            plain(rules.subList(i, rules.size())).stream()
                .filter(other -> opens(other, inspecting))
                .toList();
        return inspected(inspecting).unrestrictedBy(Rule.origins(opening));
      }
    }
    return inspecting.isEmpty() ? PeerRules.NOTHING_ALLOWS : inspected(inspecting);
  }

  private static PeerRules refused(List<Rule> from) {
    List<Rule> denies = from.stream().takeWhile(Rule::deny).toList();
    String refusal = denies.getFirst().refusal();
    return PeerRules.denied(
        new Denial(
            refusal.isEmpty() ? "a deny rule matches" : refusal,
            true,
            Rule.origins(denies),
            List.of()));
  }

  /** The rules without L7 that come before the next deny. */
  private static List<Rule> plain(List<Rule> from) {
    return from.stream().takeWhile(rule -> !rule.deny()).filter(rule -> rule.l7() == null).toList();
  }

  /**
   * That the node may always reach its pods (policy language, section 4.10), which no policy asked
   * for, does not make rules ineffective that restrict the node by name.
   */
  private static boolean opensForNode(Rule plain, List<Rule> inspecting) {
    boolean always = plain.remotes().equals(NODE) && plain.origin().equals(RuleOrigin.NONE);
    return !always
        || inspecting.stream()
            .map(Rule::remotes)
            .noneMatch(remotes -> !remotes.isAny() && remotes.include(ReservedIdentity.HOST));
  }

  private static boolean opens(Rule plain, List<Rule> inspecting) {
    return plain.onePort()
        || inspecting.stream()
            .allMatch(rule -> Objects.requireNonNull(rule.l7()).yieldsToWiderRules());
  }

  private PeerRules inspected(List<Rule> rules) throws InvalidPolicyException {
    RuleCompiler compiler = Objects.requireNonNull(rules.getFirst().l7());
    for (Rule rule : rules) {
      String protocol = Objects.requireNonNull(rule.l7()).protocol();
      if (!protocol.equals(compiler.protocol())) {
        // Which of them a byte belongs to can't be told before one of them has read it.
        return PeerRules.denied(
            new Denial(
                "rules for "
                    + compiler.protocol()
                    + " and for "
                    + protocol
                    + " meet on one port for one peer",
                true,
                Rule.origins(rules),
                List.of()));
      }
    }
    List<PortNetworkPolicyRule> sources = rules.stream().map(Rule::source).toList();
    RuleMatcher<?> matcher = matchers.get(sources);
    if (matcher == null) {
      matcher = compiler.compile(sources);
      if (matcher.origins().isEmpty()) {
        throw new InvalidPolicyException("l7 holds no rule, expected at least one");
      }
      matchers.put(sources, matcher);
    }
    return PeerRules.inspected(compiler.protocol(), matcher, Rule.origins(rules));
  }
}
