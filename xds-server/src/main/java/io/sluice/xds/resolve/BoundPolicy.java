package io.sluice.xds.resolve;

import io.sluice.xds.world.PeerSelector;
import io.sluice.xds.world.Policy;
import io.sluice.xds.world.Selector;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;

/**
 * A policy whose peers are shared selections; a new one is made when the policy, its audit or what
 * stands behind its groups and services changes.
 */
final class BoundPolicy {
  private final Policy policy;
  private final boolean audited;
  private final List<BoundRule> rules;

  /** One rule, told from others as an object. */
  static final class BoundRule {
    /** The order of the policies, and in each that of the file. */
    static final Comparator<BoundRule> ORDER =
        Comparator.<BoundRule, Policy>comparing(rule -> rule.of.policy, Policy.ORDER)
            .thenComparingInt(rule -> rule.index);

    private final BoundPolicy of;
    private final int index;
    private final Policy.Rule rule;
    private final Selection subject;
    private final List<BoundItem> ingress;
    private final List<BoundItem> egress;

    private BoundRule(BoundPolicy of, int index, Policy.Rule rule, Binder binder) {
      this.of = of;
      this.index = index;
      this.rule = rule;
      this.subject = binder.subject(rule.subject().selector());
      this.ingress = items(of.policy, rule.ingress(), binder);
      this.egress = items(of.policy, rule.egress(), binder);
    }

    private static List<BoundItem> items(Policy policy, Policy.Side side, Binder binder) {
      List<BoundItem> items = new ArrayList<>();
      for (Policy.Item item : side.items()) {
        List<BoundItem.BoundPeer> named = new ArrayList<>();
        if (item.peers() != null) {
          for (Policy.Peer peer : item.peers()) {
            named.add(new BoundItem.BoundPeer(peer, binder.peers(peer.selector())));
          }
        }
        items.add(new BoundItem(policy, item, named));
      }
      return List.copyOf(items);
    }

    Policy policy() {
      return of.policy;
    }

    boolean audited() {
      return of.audited;
    }

    Policy.Rule rule() {
      return rule;
    }

    /** The identities that it applies to; meaningless for rules about nodes. */
    Selection subject() {
      return subject;
    }

    List<BoundItem> items(boolean incoming) {
      return incoming ? ingress : egress;
    }

    Policy.Side side(boolean incoming) {
      return incoming ? rule.ingress() : rule.egress();
    }

    /** Adds every selection that it needs. */
    void collect(Set<Selection> needed) {
      needed.add(subject);
      ingress.forEach(item -> needed.addAll(item.selections()));
      egress.forEach(item -> needed.addAll(item.selections()));
    }
  }

  /** Gives the shared selections of peers. */
  interface Binder {
    /** That of a subject. */
    Selection subject(Selector selector);

    /** Those of one element of an item's peers. */
    List<Selection> peers(PeerSelector selector);
  }

  BoundPolicy(Policy policy, boolean audited, Binder binder) {
    this.policy = policy;
    this.audited = audited;
    List<BoundRule> bound = new ArrayList<>();
    for (Policy.Rule rule : policy.rules()) {
      bound.add(new BoundRule(this, bound.size(), rule, binder));
    }
    this.rules = List.copyOf(bound);
  }

  Policy policy() {
    return policy;
  }

  boolean audited() {
    return audited;
  }

  List<BoundRule> rules() {
    return rules;
  }

  /** Whether what it means depends on groups or services. */
  static boolean indirect(Policy policy) {
    for (Policy.Rule rule : policy.rules()) {
      for (Policy.Side side : List.of(rule.ingress(), rule.egress())) {
        for (Policy.Item item : side.items()) {
          if (item.peers() != null && item.peers().stream().anyMatch(BoundPolicy::indirect)) {
            return true;
          }
        }
      }
    }
    return false;
  }

  private static boolean indirect(Policy.Peer peer) {
    return switch (peer.selector()) {
      case PeerSelector.Labelled _, PeerSelector.Range _, PeerSelector.Fqdn _ -> false;
      case PeerSelector.Group _, PeerSelector.Groups _ -> true;
      case PeerSelector.Service _, PeerSelector.Services _ -> true;
    };
  }
}
