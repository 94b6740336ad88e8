package io.sluice.xds.crd.policy;

import io.sluice.xds.crd.read.Annotations;
import io.sluice.xds.crd.read.Located;
import io.sluice.xds.crd.read.RejectedException;
import io.sluice.xds.world.PeerSelector;
import io.sluice.xds.world.Policy;
import io.sluice.xds.world.Policy.Item;
import io.sluice.xds.world.Policy.Peer;
import io.sluice.xds.world.Policy.PortRule;
import io.sluice.xds.world.Policy.Ports;
import io.sluice.xds.world.Policy.Protocol;
import io.sluice.xds.world.Policy.Side;
import io.sluice.xds.world.Policy.Subject;
import io.sluice.xds.world.Selector;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads Kubernetes' own NetworkPolicy as the rule that it stands for (policy language, 1.12). */
public final class NetworkPolicyParser {
  private static final int MAX_PORT = 65_535;
  private static final Pattern PORT_NAME =
      Pattern.compile("(?=.{1,15}$)(?=.*[a-z])[a-z0-9]+(?:-[a-z0-9]+)*");

  private final Located object;
  private final SelectorParser selectors;
  private final Bounds bounds = new Bounds();

  private NetworkPolicyParser(Located object, String localCluster) {
    this.object = object;
    this.selectors = new SelectorParser(object.manifest().namespace(), localCluster);
  }

  /** Reads one; what is wrong is noted or thrown. */
  public static Policy parse(Located object, String localCluster) throws RejectedException {
    return new NetworkPolicyParser(object, localCluster).policy();
  }

  private Policy policy() throws RejectedException {
    object.allow(Set.of("apiVersion", "kind", "metadata", "spec", "status"));
    Metadata.check(object);
    Located spec = object.require("spec");
    spec.allow(Set.of("podSelector", "policyTypes", "ingress", "egress"));
    Located pods = spec.get("podSelector");
    Subject subject =
        new Subject(
            pods == null ? spec.place() : pods.place(),
            pods == null ? selectors.namespaceOfPolicy() : selectors.kubernetesSubject(pods),
            false);
    List<String> types = spec.each("policyTypes", NetworkPolicyParser::type);
    boolean ingress = types.contains("Ingress") || !types.contains("Egress");
    boolean egress = types.contains("Egress");
    Policy.Rule rule =
        new Policy.Rule(
            spec.place(),
            subject,
            side(spec, Direction.INGRESS, ingress),
            side(spec, Direction.EGRESS, egress));
    warnOfTypes(spec, types);
    return new Policy(
        object.manifest().kind(),
        object.manifest().namespace(),
        object.manifest().name(),
        object.manifest().source(),
        Annotations.audited(object),
        Annotations.dnsReject(object, List.of(rule)),
        List.of(rule));
  }

  private static String type(Located type) throws RejectedException {
    if (!Set.of("Ingress", "Egress").contains(type.text())) {
      throw type.reject("expected Ingress or Egress, found \"" + type.text() + "\"");
    }
    return type.text();
  }

  /** A direction that a type asks for is denied by default even without any item. */
  private Side side(Located spec, Direction direction, boolean asked) throws RejectedException {
    String list = direction == Direction.INGRESS ? "ingress" : "egress";
    List<Item> items = spec.each(list, item -> item(item, direction));
    if (items.isEmpty()) {
      return asked ? new Side(List.of(new Item(spec.place(), false, null, null)), true) : Side.NONE;
    }
    return new Side(items, true);
  }

  private static void warnOfTypes(Located spec, List<String> types) throws RejectedException {
    for (String list : List.of("ingress", "egress")) {
      Located items = spec.get(list);
      boolean named =
          types.isEmpty() || types.stream().anyMatch(type -> type.equalsIgnoreCase(list));
      if (items != null && !items.items().isEmpty() && !named) {
        items.warn(
            "applies although policyTypes does not name it, which others may read otherwise; add"
                + " it to policyTypes, or remove it");
      }
    }
  }

  private Item item(Located item, Direction direction) throws RejectedException {
    String from = direction == Direction.INGRESS ? "from" : "to";
    item.allow(Set.of(from, "ports"));
    Located listed = item.get(from);
    List<Peer> peers =
        listed == null || listed.items(Bounds.MAX_LIST).isEmpty()
            ? List.of(new Peer(item.place(), new PeerSelector.Labelled(Selector.EVERYTHING)))
            : listed.each(peer -> new Peer(peer.place(), peer(peer)));
    Located ports = item.get("ports");
    List<PortRule> rules = null;
    if (ports != null && !ports.items(Bounds.MAX_LIST).isEmpty()) {
      List<Ports> read = ports.each(NetworkPolicyParser::port);
      rules = List.of(new PortRule(ports.place(), read, null, List.of(), null));
    }
    bounds.addItem(item, peers.size(), rules == null ? 0 : rules.getFirst().ports().size());
    return new Item(item.place(), false, peers, rules);
  }

  private PeerSelector peer(Located peer) throws RejectedException {
    peer.allow(Set.of("podSelector", "namespaceSelector", "ipBlock"));
    Located pods = peer.get("podSelector");
    Located namespaces = peer.get("namespaceSelector");
    Located block = peer.get("ipBlock");
    if (block != null) {
      if (pods != null || namespaces != null) {
        throw block.reject("can't be combined with selectors in one peer; write two peers");
      }
      block.allow(Set.of("cidr", "except"));
      return PeerParser.ranges(block);
    }
    if (namespaces != null) {
      return new PeerSelector.Labelled(
          pods == null
              ? selectors.kubernetesNamespaces(namespaces)
              : selectors.kubernetesPodsOf(namespaces, pods));
    }
    if (pods != null) {
      return new PeerSelector.Labelled(selectors.kubernetesPods(pods));
    }
    throw peer.reject(
        "needs podSelector, namespaceSelector or ipBlock; podSelector: {} means every pod of the"
            + " namespace");
  }

  private static Ports port(Located item) throws RejectedException {
    item.allow(Set.of("port", "endPort", "protocol"));
    Protocol protocol = protocol(item.get("protocol"));
    Located port = item.get("port");
    Located end = item.get("endPort");
    if (port == null) {
      if (end != null) {
        throw end.reject("needs a port beside it, where the range begins");
      }
      return new Ports(protocol, 0, 0, "");
    }
    if (!port.isNumber()) {
      if (end != null) {
        throw end.reject("goes only with a port number; write the number instead of the name");
      }
      return new Ports(protocol, 0, 0, name(port));
    }
    int first = port.number(1, MAX_PORT);
    int last = end == null ? first : end.number(1, MAX_PORT);
    if (last < first) {
      throw port.reject("is larger than endPort " + last);
    }
    return new Ports(protocol, first, last, "");
  }

  private static Protocol protocol(@Nullable Located field) throws RejectedException {
    if (field == null) {
      return Protocol.TCP;
    }
    return switch (field.text()) {
      case "TCP" -> Protocol.TCP;
      case "UDP" -> Protocol.UDP;
      case "SCTP" -> Protocol.SCTP;
      default -> throw field.reject("expected TCP, UDP or SCTP, found \"" + field.text() + "\"");
    };
  }

  private static String name(Located port) throws RejectedException {
    String name = port.text().toLowerCase(Locale.ROOT);
    if (!PORT_NAME.matcher(name).matches()) {
      throw port.reject(
          "expected a number from 1 to 65535, or the name of a port, found the text \""
              + port.text()
              + "\"; numbers stand without quotes here");
    }
    return name;
  }
}
