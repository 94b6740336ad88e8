package io.sluice.xds.resolve;

import io.sluice.xds.identity.Change;
import io.sluice.xds.identity.Identity;
import io.sluice.xds.resolve.BoundPolicy.BoundRule;
import io.sluice.xds.world.Changes;
import io.sluice.xds.world.CidrGroup;
import io.sluice.xds.world.Labels;
import io.sluice.xds.world.LearnedNames;
import io.sluice.xds.world.Namespace;
import io.sluice.xds.world.PeerSelector;
import io.sluice.xds.world.Policy;
import io.sluice.xds.world.Selector;
import io.sluice.xds.world.Service;
import io.sluice.xds.world.World;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The policies of the world, and which of their rules select an identity. Rules are looked for
 * again only for identities that a policy which came or went selects.
 */
final class BoundPolicies {
  private static final int MAX_UNUSED_SETS = 1024;

  private final Selections selections;
  private final Map<Policy, BoundPolicy> bound = new TreeMap<>(Policy.ORDER);
  private final SelectorIndex<BoundRule> bySubject = new SelectorIndex<>();
  private final Map<Integer, RuleSet> ofIdentities = new HashMap<>();
  private final Map<List<BoundRule>, RuleSet> sets = new HashMap<>();
  private List<Policy> policies = List.of();
  private List<CidrGroup> groups = List.of();
  private List<Service> services = List.of();
  private Map<String, Namespace> namespaces = Map.of();

  BoundPolicies(Selections selections) {
    this.selections = selections;
  }

  /** All policies, in order. */
  Collection<BoundPolicy> all() {
    return bound.values();
  }

  /**
   * Follows the world; identities and selections must be up to date.
   *
   * @param kept what else needs its selections
   */
  void update(World world, LearnedNames names, Change change, Collection<RuleSet> kept, long time) {
    for (Identity identity : change.gone()) {
      ofIdentities.remove(identity.number());
    }
    for (Identity identity : change.came()) {
      ofIdentities.remove(identity.number());
    }
    Changes<Policy> changes = Changes.between(policies, world.policies(), Policy.ORDER);
    List<Policy> gone = new ArrayList<>(changes.gone());
    List<Policy> came = new ArrayList<>(changes.came());
    addAffected(world, new HashSet<>(came), gone, came);
    gone.forEach(this::unbind);
    came.forEach(policy -> bind(policy, world, names, time));
    policies = world.policies();
    groups = world.cidrGroups();
    services = world.services();
    namespaces = world.namespaces();
    if (!gone.isEmpty()) {
      sweep(kept);
    }
  }

  /** Adds policies that stay but now are audited or not, or mean other groups or services. */
  private void addAffected(World world, Set<Policy> fresh, List<Policy> gone, List<Policy> came) {
    boolean indirectly = !groups.equals(world.cidrGroups()) || !services.equals(world.services());
    if (!indirectly && namespaces.equals(world.namespaces())) {
      return;
    }
    for (Policy policy : world.policies()) {
      BoundPolicy before = fresh.contains(policy) ? null : bound.get(policy);
      if (before != null
          && (before.audited() != audited(policy, world)
              || (indirectly && BoundPolicy.indirect(policy)))) {
        gone.add(policy);
        came.add(policy);
      }
    }
  }

  private static boolean audited(Policy policy, World world) {
    Namespace namespace = world.namespaces().get(policy.namespace());
    return policy.audited() || (namespace != null && namespace.audited());
  }

  private void unbind(Policy policy) {
    BoundPolicy gone = bound.remove(policy);
    if (gone == null) {
      return;
    }
    for (BoundRule rule : gone.rules()) {
      if (!rule.rule().subject().nodes()) {
        bySubject.remove(rule.rule().subject().selector(), rule);
        forgetSelected(rule.subject().peers());
      }
    }
  }

  private void bind(Policy policy, World world, LearnedNames names, long time) {
    BoundPolicy.Binder binder =
        new BoundPolicy.Binder() {
          @Override
          public Selection subject(Selector selector) {
            return selections.of(new PeerSelector.Labelled(selector), names, time);
          }

          @Override
          public List<Selection> peers(PeerSelector selector) {
            return Selections.spelledOut(selector, world).stream()
                .map(spelled -> selections.of(spelled, names, time))
                .toList();
          }
        };
    BoundPolicy came = new BoundPolicy(policy, audited(policy, world), binder);
    bound.put(policy, came);
    for (BoundRule rule : came.rules()) {
      if (!rule.rule().subject().nodes()) {
        bySubject.add(rule.rule().subject().selector(), rule);
        forgetSelected(rule.subject().peers());
      }
    }
  }

  private void forgetSelected(Peers selected) {
    if (selected.any()) {
      ofIdentities.clear();
    } else {
      for (int identity : selected.identities()) {
        ofIdentities.remove(identity);
      }
    }
  }

  /** Drops what nobody needs any more. */
  private void sweep(Collection<RuleSet> kept) {
    Set<BoundRule> live = Collections.newSetFromMap(new IdentityHashMap<>());
    Set<Selection> needed = Collections.newSetFromMap(new IdentityHashMap<>());
    for (BoundPolicy policy : bound.values()) {
      for (BoundRule rule : policy.rules()) {
        live.add(rule);
        rule.collect(needed);
      }
    }
    kept.forEach(set -> needed.addAll(set.selections()));
    selections.retain(needed);
    sets.keySet().removeIf(rules -> !live.containsAll(rules));
  }

  /** The rules that select an identity. */
  RuleSet selecting(int identity, Labels labels) {
    RuleSet known = ofIdentities.get(identity);
    if (known == null) {
      known = selecting(labels);
      ofIdentities.put(identity, known);
    }
    return known;
  }

  private RuleSet selecting(Labels labels) {
    List<BoundRule> rules = new ArrayList<>();
    bySubject.matching(labels, rules::add);
    rules.sort(BoundRule.ORDER);
    if (sets.size() > MAX_UNUSED_SETS + 2 * ofIdentities.size()) {
      Set<RuleSet> used = Collections.newSetFromMap(new IdentityHashMap<>());
      used.addAll(ofIdentities.values());
      sets.values().retainAll(used);
    }
    return sets.computeIfAbsent(List.copyOf(rules), RuleSet::new);
  }

  /** The rules about nodes that select a node. */
  RuleSet selectingNode(Labels labels) {
    List<BoundRule> rules = new ArrayList<>();
    for (BoundPolicy policy : bound.values()) {
      for (BoundRule rule : policy.rules()) {
        if (rule.rule().subject().nodes() && rule.rule().subject().selector().matches(labels)) {
          rules.add(rule);
        }
      }
    }
    return sets.computeIfAbsent(List.copyOf(rules), RuleSet::new);
  }

  /** Forgets every answer; they were given under other settings. */
  void forget() {
    sets.values().forEach(RuleSet::forget);
  }
}
