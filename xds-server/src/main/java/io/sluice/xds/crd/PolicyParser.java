package io.sluice.xds.crd;

import io.sluice.xds.source.Field;
import io.sluice.xds.source.Manifest;
import io.sluice.xds.world.PeerSelector;
import io.sluice.xds.world.Policy;
import io.sluice.xds.world.Selector;
import io.sluice.xds.world.Warning;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads one policy object; accepts it only if every field of it is understood, so that nothing is
 * enforced that the author did not write.
 */
final class PolicyParser {
  private static final Set<String> INGRESS_LATER =
      Set.of(
          "fromRequires",
          "fromCIDR",
          "fromCIDRSet",
          "fromGroups",
          "fromNodes",
          "icmps",
          "authentication");
  private static final Set<String> EGRESS_LATER =
      Set.of(
          "toRequires",
          "toCIDR",
          "toCIDRSet",
          "toGroups",
          "toNodes",
          "toServices",
          "toFQDNs",
          "icmps",
          "authentication");

  private final Located object;
  private final boolean clusterwide;
  private final List<Warning> warnings;
  private final SelectorParser selectors;
  private final PortParser ports;

  private PolicyParser(Manifest manifest, List<Warning> warnings) {
    this.object = Located.object(manifest);
    this.clusterwide = manifest.namespace().isEmpty();
    this.warnings = warnings;
    this.selectors = new SelectorParser(manifest.namespace(), warnings);
    this.ports = new PortParser(warnings);
  }

  /**
   * Reads one.
   *
   * @param manifest without a namespace exactly if it is cluster-wide
   * @param warnings where to add what is odd
   */
  static Policy parse(Manifest manifest, List<Warning> warnings) throws RejectedException {
    return new PolicyParser(manifest, warnings).policy(manifest);
  }

  private Policy policy(Manifest manifest) throws RejectedException {
    object.allow(Set.of("apiVersion", "kind", "metadata", "spec", "specs", "status"), Set.of());
    Annotations.rejectAudit(object);
    List<Policy.Rule> rules = new ArrayList<>();
    Located spec = object.get("spec");
    if (spec != null) {
      rules.add(rule(spec));
    }
    Located specs = object.get("specs");
    if (specs != null) {
      for (Located each : specs.items()) {
        rules.add(rule(each));
      }
    }
    if (rules.isEmpty()) {
      throw object.reject("has neither spec nor specs; write a rule below spec");
    }
    return new Policy(
        manifest.kind(),
        manifest.namespace(),
        manifest.name(),
        manifest.source(),
        false,
        List.copyOf(rules));
  }

  private Policy.Rule rule(Located rule) throws RejectedException {
    Located nodes = rule.get("nodeSelector");
    if (nodes != null && !clusterwide) {
      throw nodes.reject(
          "a CiliumNetworkPolicy can't have a nodeSelector; select pods by endpointSelector");
    }
    rule.allow(
        Set.of("endpointSelector", "ingress", "egress", "labels", "description"),
        Set.of("nodeSelector", "ingressDeny", "egressDeny", "enableDefaultDeny", "log"));
    Located subject = rule.require("endpointSelector");
    Selector selector = selectors.subject(subject);
    checkNotes(rule);
    List<Policy.Item> ingress =
        items(rule.get("ingress"), "fromEndpoints", "fromEntities", INGRESS_LATER);
    List<Policy.Item> egress = items(rule.get("egress"), "toEndpoints", "toEntities", EGRESS_LATER);
    if (ingress.isEmpty() && egress.isEmpty()) {
      throw rule.reject("needs at least one item in ingress or egress; ingress: [{}] denies all");
    }
    return new Policy.Rule(
        rule.place(),
        new Policy.Subject(subject.place(), selector, false),
        side(ingress),
        side(egress));
  }

  private static Policy.Side side(List<Policy.Item> items) {
    return items.isEmpty() ? Policy.Side.NONE : new Policy.Side(items, true);
  }

  private static void checkNotes(Located rule) throws RejectedException {
    Located description = rule.get("description");
    if (description != null) {
      description.text();
    }
    Located labels = rule.get("labels");
    if (labels != null) {
      labels.items();
    }
  }

  private List<Policy.Item> items(
      @Nullable Located list, String endpoints, String entities, Set<String> later)
      throws RejectedException {
    List<Policy.Item> items = new ArrayList<>();
    if (list != null) {
      for (Located item : list.items()) {
        item.allow(Set.of(endpoints, entities, "toPorts"), later);
        items.add(item(item, endpoints, entities));
      }
    }
    return List.copyOf(items);
  }

  private Policy.Item item(Located item, String endpoints, String entities)
      throws RejectedException {
    for (String key : List.of(endpoints, entities)) {
      if (item.mapping().fields().containsKey(key) && item.get(key) == null) {
        warnings.add(
            item.warning(key + " without a value means any peer; write [] to mean no peer"));
      }
    }
    return new Policy.Item(
        item.place(), false, peers(item, endpoints, entities), portRules(item.get("toPorts")));
  }

  /** Tells an absent list, which means any peer, from an empty one, which means none. */
  private @Nullable List<Policy.Peer> peers(Located item, String endpoints, String entities)
      throws RejectedException {
    Located selected = item.get(endpoints);
    Located named = item.get(entities);
    List<Policy.Peer> peers = new ArrayList<>();
    boolean empty = false;
    if (selected != null) {
      List<Located> listed = selected.items();
      empty = listed.isEmpty();
      for (Located peer : listed) {
        peers.add(new Policy.Peer(peer.place(), new PeerSelector.Labelled(selectors.peer(peer))));
      }
    }
    if (named != null) {
      List<Located> listed = named.items();
      if (!peers.isEmpty() && !listed.isEmpty()) {
        throw named.reject("can't be combined with " + endpoints + " in one item; write two items");
      }
      empty |= listed.isEmpty();
      for (Located entity : listed) {
        for (Selector selector : Entity.selectors(entity)) {
          peers.add(new Policy.Peer(entity.place(), new PeerSelector.Labelled(selector)));
        }
      }
    }
    if (empty) {
      warnings.add(item.warning("has an empty list of peers, so it allows nothing"));
      return List.of();
    }
    return selected == null && named == null ? null : List.copyOf(peers);
  }

  private @Nullable List<Policy.PortRule> portRules(@Nullable Located list)
      throws RejectedException {
    if (list == null || list.items().isEmpty()) {
      return null;
    }
    List<Policy.PortRule> rules = new ArrayList<>();
    for (Located rule : list.items()) {
      if (!(rule.field() instanceof Field.Mapping)) {
        throw rule.reject("expected a mapping, found " + rule.field().description());
      }
      rules.add(ports.rule(rule));
    }
    return List.copyOf(rules);
  }
}
