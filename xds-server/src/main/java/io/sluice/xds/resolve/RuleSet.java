package io.sluice.xds.resolve;

import io.sluice.xds.resolve.BoundPolicy.BoundRule;
import io.sluice.xds.resolve.EndpointRules.Direction;
import io.sluice.xds.world.Pod;
import io.sluice.xds.world.Settings;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The rules that select some endpoints, and what they come to: worked out once for all endpoints
 * that the same rules select, and again only when a peer that they name has changed.
 */
final class RuleSet {
  private final List<BoundRule> rules;
  private final Set<Selection> selections;
  private final boolean asksPeersForPorts;
  private final boolean asksSubjectForPorts;
  private final Map<Variant, Answer> answers = new HashMap<>();

  /**
   * What endpoints that the same rules select may differ in.
   *
   * @param audited whether all that selects it is audited
   * @param always whether it is enforced though no rule says so
   * @param local whether the local node always has access
   * @param ports its own named ports; empty if no rule asks for one
   */
  private record Variant(
      boolean audited, boolean always, boolean local, List<Pod.NamedPort> ports) {}

  /**
   * What rules come to.
   *
   * @param time of the newest change that it takes into account
   * @param conflicts of the rules that are enforced
   * @param unaudited conflicts because of which a direction has no shadow
   */
  record Answer(
      long time,
      Direction ingress,
      Direction egress,
      List<String> policies,
      List<Conflict> conflicts,
      List<Conflict> unaudited) {}

  RuleSet(List<BoundRule> rules) {
    this.rules = rules;
    this.selections = Collections.newSetFromMap(new IdentityHashMap<>());
    rules.forEach(rule -> rule.collect(selections));
    this.asksSubjectForPorts = rules.stream().anyMatch(rule -> named(rule, true));
    this.asksPeersForPorts = rules.stream().anyMatch(rule -> named(rule, false));
  }

  private static boolean named(BoundRule rule, boolean incoming) {
    return rule.items(incoming).stream()
        .flatMap(item -> item.statements().stream())
        .anyMatch(statement -> !statement.filter().name().isEmpty());
  }

  List<BoundRule> rules() {
    return rules;
  }

  Set<Selection> selections() {
    return selections;
  }

  /**
   * What the rules come to for an endpoint.
   *
   * @param subject its own ports and audit
   * @param peerPorts the ports of peers, as of {@code portsChanged}
   */
  Answer answer(Subject subject, Settings settings, NamedPorts peerPorts, long portsChanged) {
    Variant variant =
        new Variant(
            subject.audited() || settings.audited(),
            subject.always() || settings.mode() == Settings.Mode.ALWAYS,
            subject.local(),
            asksSubjectForPorts ? subject.ports() : List.of());
    long newest = asksPeersForPorts ? portsChanged : 0;
    for (Selection selection : selections) {
      newest = Math.max(newest, selection.changed());
    }
    Answer known = answers.get(variant);
    if (known == null || known.time < newest) {
      known = work(variant, peerPorts, newest);
      answers.put(variant, known);
    }
    return known;
  }

  /**
   * An endpoint as its rules see it.
   *
   * @param audited whether all that selects it is audited
   * @param always whether it is enforced though no rule says so
   * @param local whether the local node always has access
   * @param ports its named ports
   */
  record Subject(boolean audited, boolean always, boolean local, List<Pod.NamedPort> ports) {}

  /** Forgets all answers; they were given under other settings. */
  void forget() {
    answers.clear();
  }

  private Answer work(Variant variant, NamedPorts peerPorts, long time) {
    List<Conflict> conflicts = new ArrayList<>();
    List<Conflict> unaudited = new ArrayList<>();
    NamedPorts own = NamedPorts.ofSubject(variant.ports);
    Direction ingress = direction(variant, true, own, conflicts, unaudited);
    Direction egress = direction(variant, false, peerPorts, conflicts, unaudited);
    TreeSet<String> policies = new TreeSet<>();
    rules.forEach(rule -> policies.add(rule.policy().fullName()));
    return new Answer(
        time,
        ingress,
        egress,
        List.copyOf(policies),
        List.copyOf(conflicts),
        List.copyOf(unaudited));
  }

  private Direction direction(
      Variant variant,
      boolean incoming,
      NamedPorts ports,
      List<Conflict> conflicts,
      List<Conflict> unaudited) {
    List<BoundRule> enforced =
        variant.audited ? List.of() : rules.stream().filter(rule -> !rule.audited()).toList();
    DirectionRules main =
        DirectionRules.of(
            enforced, incoming, variant.always && !variant.audited, variant.local, ports);
    conflicts.addAll(main.conflicts());
    List<Rule> shadow = null;
    if (variant.audited || rules.stream().anyMatch(rule -> audits(rule, incoming))) {
      DirectionRules whole =
          DirectionRules.of(rules, incoming, variant.always, variant.local, ports);
      unaudited.addAll(whole.conflicts());
      shadow = whole.enforced() && whole.conflicts().isEmpty() ? whole.rules() : null;
    }
    return new Direction(main.enforced() ? main.rules() : null, shadow);
  }

  private static boolean audits(BoundRule rule, boolean incoming) {
    return rule.audited() && !rule.items(incoming).isEmpty();
  }
}
