package io.sluice.xds.crd.policy;

import io.sluice.xds.crd.read.Annotations;
import io.sluice.xds.crd.read.Located;
import io.sluice.xds.crd.read.RejectedException;
import io.sluice.xds.world.Label;
import io.sluice.xds.world.Policy;
import io.sluice.xds.world.Policy.Item;
import io.sluice.xds.world.Policy.Rule;
import io.sluice.xds.world.Policy.Side;
import io.sluice.xds.world.Policy.Subject;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Reads CiliumNetworkPolicy and CiliumClusterwideNetworkPolicy; accepts one only if every field of
 * it is understood, so that nothing is enforced that the author did not write.
 */
public final class PolicyParser {
  private static final int MAX_LOG_VALUE = 32;

  private final Located object;
  private final String namespace;
  private final String localCluster;
  private final SelectorParser selectors;
  private final Bounds bounds = new Bounds();
  private final TlsParser tls;

  private PolicyParser(Located object, String localCluster) {
    this.object = object;
    this.namespace = object.manifest().namespace();
    this.localCluster = localCluster;
    this.selectors = new SelectorParser(namespace, localCluster);
    this.tls = new TlsParser(namespace);
  }

  /**
   * Reads one. What is wrong is noted; only what leaves nothing to go on with is thrown.
   *
   * @param object without a namespace exactly if it is cluster-wide
   * @param localCluster the name of the cluster that its peers are of unless it says otherwise
   */
  public static Policy parse(Located object, String localCluster) throws RejectedException {
    return new PolicyParser(object, localCluster).policy();
  }

  private Policy policy() throws RejectedException {
    object.allow(Set.of("apiVersion", "kind", "metadata", "spec", "specs", "status"));
    Metadata.check(object);
    boolean audited = Annotations.audited(object);
    List<Rule> rules = new ArrayList<>();
    Located spec = object.get("spec");
    Located specs = object.get("specs");
    if (spec == null && specs == null) {
      throw object.reject("has neither spec nor specs; write a rule below spec");
    }
    if (spec != null) {
      Rule only = object.read("spec", this::rule);
      if (only != null) {
        rules.add(only);
      }
    }
    if (specs != null) {
      if (specs.items(Bounds.MAX_RULES).isEmpty() && spec == null) {
        throw specs.reject("has no rule; write at least one");
      }
      rules.addAll(specs.each(this::rule));
    }
    return new Policy(
        object.manifest().kind(),
        namespace,
        object.manifest().name(),
        object.manifest().source(),
        audited,
        Annotations.dnsReject(object, rules),
        List.copyOf(rules));
  }

  private Rule rule(Located rule) throws RejectedException {
    rule.allow(
        Set.of(
            "endpointSelector",
            "nodeSelector",
            "ingress",
            "ingressDeny",
            "egress",
            "egressDeny",
            "enableDefaultDeny",
            "labels",
            "description",
            "log"));
    checkNotes(rule);
    Subject subject = subject(rule);
    List<Item> ingress = items(rule, Direction.INGRESS, subject);
    List<Item> egress = items(rule, Direction.EGRESS, subject);
    if (none(rule, "ingress", "ingressDeny", "egress", "egressDeny")) {
      throw rule.reject(
          "needs at least one item in ingress, ingressDeny, egress or egressDeny; ingress: [{}]"
              + " allows nothing in");
    }
    return new Rule(
        rule.place(), subject, side(rule, "ingress", ingress), side(rule, "egress", egress));
  }

  private Subject subject(Located rule) throws RejectedException {
    Located endpoints = rule.get("endpointSelector");
    Located nodes = rule.get("nodeSelector");
    if (nodes != null && !namespace.isEmpty()) {
      throw nodes.reject(
          "a namespaced policy can't select nodes; select pods by endpointSelector, or write a"
              + " CiliumClusterwideNetworkPolicy");
    }
    if (endpoints != null && nodes != null) {
      throw nodes.reject("can't be combined with endpointSelector; write two rules");
    }
    if (nodes != null) {
      nodes.warn(
          "policies for nodes are not enforced yet: what this rule says has no effect on the"
              + " nodes' own traffic");
      return new Subject(nodes.place(), selectors.nodes(nodes), true);
    }
    if (endpoints == null) {
      throw rule.reject(
          namespace.isEmpty()
              ? "needs the field endpointSelector or nodeSelector; {} selects every endpoint"
              : "needs the field endpointSelector; {} selects every endpoint of the namespace");
    }
    return new Subject(endpoints.place(), selectors.subject(endpoints), false);
  }

  private List<Item> items(Located rule, Direction direction, Subject subject)
      throws RejectedException {
    PortParser ports = new PortParser(direction, subject.nodes(), new L7Parser(tls, bounds), tls);
    String allows = direction == Direction.INGRESS ? "ingress" : "egress";
    List<Item> items = new ArrayList<>();
    for (boolean deny : List.of(false, true)) {
      PeerParser peers = new PeerParser(selectors, localCluster, direction, deny, ofInit(subject));
      ItemParser parser = new ItemParser(direction, deny, peers, ports, bounds);
      items.addAll(rule.each(deny ? allows + "Deny" : allows, parser::item));
    }
    return List.copyOf(items);
  }

  private static boolean ofInit(Subject subject) {
    return subject.selector().requirements().stream()
        .anyMatch(r -> r.source().equals(Label.RESERVED) && r.key().equals("init"));
  }

  private static boolean none(Located rule, String... lists) throws RejectedException {
    for (String list : lists) {
      Located found = rule.get(list);
      if (found != null && !found.items().isEmpty()) {
        return false;
      }
    }
    return true;
  }

  /** What {@code enableDefaultDeny} leaves open follows from whether the direction has items. */
  private static Side side(Located rule, String direction, List<Item> items)
      throws RejectedException {
    Located settings = rule.get("enableDefaultDeny");
    if (settings != null) {
      settings.allow(Set.of("ingress", "egress"));
    }
    Located setting = settings == null ? null : settings.get(direction);
    boolean wanted = setting == null || setting.bool();
    if (items.isEmpty()) {
      if (setting != null && wanted) {
        setting.warn(
            "has no effect without an item; write " + direction + ": [{}] to deny by default");
      }
      return Side.NONE;
    }
    return new Side(items, wanted);
  }

  private static void checkNotes(Located rule) throws RejectedException {
    rule.read("description", Located::text);
    rule.each("labels", PolicyParser::checkLabel);
    rule.read("log", PolicyParser::checkLog);
  }

  private static String checkLabel(Located label) throws RejectedException {
    label.allow(Set.of("key", "value", "source"));
    label.text("value");
    label.text("source");
    return label.require("key").text();
  }

  private static String checkLog(Located log) throws RejectedException {
    log.allow(Set.of("value"));
    Located value = log.get("value");
    if (value == null) {
      return "";
    }
    String text = value.text();
    if (text.length() > MAX_LOG_VALUE || text.chars().anyMatch(Character::isISOControl)) {
      throw value.reject("expected at most " + MAX_LOG_VALUE + " printable characters");
    }
    value.warn("is not copied to the flow records yet; the rule's field path is");
    return text;
  }
}
