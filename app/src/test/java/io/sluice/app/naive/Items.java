package io.sluice.app.naive;

import io.sluice.app.naive.Item.Ports;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads the items of the policies that select an endpoint. */
final class Items {
  private static final List<String> ANY_PROTOCOL = List.of("TCP", "UDP", "SCTP");
  private static final List<String> KINDS = List.of("http", "kafka", "dns", "grpc");
  private static final Map<String, Integer> ICMP_NAMES =
      Map.of("EchoRequest/IPv4", 8, "EchoRequest/IPv6", 128, "EchoReply/IPv4", 0);

  private final Selections selections;
  private final Set<Difference> asCilium;

  Items(Selections selections, Set<Difference> asCilium) {
    this.selections = selections;
    this.asCilium = asCilium;
  }

  /** The items of those policies that select the endpoint, for both directions. */
  List<Item> selecting(Party endpoint, List<Map<String, Object>> policies) {
    List<Item> items = new ArrayList<>();
    for (Map<String, Object> policy : policies) {
      if ("NetworkPolicy".equals(policy.get("kind"))) {
        addNetworkPolicy(items, endpoint, policy);
      } else {
        if (policy.containsKey("spec")) {
          addRule(items, endpoint, policy, Yaml.map(policy, "spec"));
        }
        for (Object rule : Yaml.list(policy, "specs")) {
          addRule(items, endpoint, policy, Yaml.map(rule));
        }
      }
    }
    return items;
  }

  private void addRule(
      List<Item> items, Party endpoint, Map<String, Object> policy, Map<String, Object> rule) {
    String namespace = Yaml.text(policy, "metadata", "namespace");
    String subject = endpoint.node() ? "nodeSelector" : "endpointSelector";
    if (!rule.containsKey(subject)
        || !selections.subject(Yaml.map(rule, subject), namespace, "").selects(endpoint)) {
      return;
    }
    for (String direction : List.of("ingress", "egress")) {
      boolean ingress = direction.equals("ingress");
      List<Object> allows = Yaml.list(rule, direction);
      List<Object> denies = Yaml.list(rule, direction + "Deny");
      Object asked = Yaml.at(rule, "enableDefaultDeny", direction);
      boolean defaultDeny = asked == null || Boolean.TRUE.equals(asked);
      for (Object allow : allows) {
        items.add(item(policy, Yaml.map(allow), ingress, false, defaultDeny));
      }
      for (Object deny : denies) {
        items.add(item(policy, Yaml.map(deny), ingress, true, defaultDeny));
      }
    }
  }

  private Item item(
      Map<String, Object> policy,
      Map<String, Object> tree,
      boolean ingress,
      boolean deny,
      boolean defaultDeny) {
    List<Ports> ports = null;
    if (!Yaml.list(tree, "toPorts").isEmpty() || !Yaml.list(tree, "icmps").isEmpty()) {
      ports = new ArrayList<>();
      for (Object rule : Yaml.list(tree, "toPorts")) {
        addPorts(ports, rule);
      }
      for (Object icmp : Yaml.list(tree, "icmps")) {
        addIcmp(ports, icmp);
      }
    }
    return new Item(
        Parties.name(policy),
        ingress,
        deny,
        defaultDeny,
        peers(policy, tree, ingress ? "from" : "to", deny, ports != null),
        ports);
  }

  /** Absent peers are any peer if ports are given; an empty list is nobody. */
  private List<Selection> peers(
      Map<String, Object> policy,
      Map<String, Object> tree,
      String way,
      boolean deny,
      boolean withPorts) {
    String namespace = Yaml.text(policy, "metadata", "namespace");
    List<Selection> peers = new ArrayList<>();
    boolean given = false;
    for (String field : List.of("Endpoints", "Entities", "CIDR", "CIDRSet", "FQDNs", "Services")) {
      if (!tree.containsKey(way + field)) {
        continue;
      }
      List<Object> elements = Yaml.list(tree, way + field);
      given = true;
      for (Object element : elements) {
        switch (field) {
          case "Endpoints" -> peers.add(selections.peer(Yaml.map(element), namespace));
          case "Entities" -> peers.addAll(selections.entity(String.valueOf(element)));
          case "CIDR" -> peers.add(new Selection.Prefix(String.valueOf(element), List.of()));
          case "CIDRSet" -> peers.add(selections.cidrRule(Yaml.map(element)));
          case "FQDNs" -> peers.add(selections.learned(Yaml.map(element)));
          default -> peers.addAll(selections.service(Yaml.map(element)));
        }
      }
      if (elements.isEmpty() && field.equals("FQDNs") && asCilium.contains(Difference.FQDNS_NONE)) {
        given = false;
      }
    }
    if (tree.containsKey(way + "Services")
        && (peers.isEmpty() || deny)
        && asCilium.contains(Difference.SERVICES_NONE)) {
      peers.clear();
      given = false;
    }
    // Whoever is named beside everybody is not named apart.
    boolean any = !given && withPorts || peers.contains(new Selection.Any());
    return any ? List.of(new Selection.Any()) : peers;
  }

  private void addPorts(List<Ports> all, Object rule) {
    String kind = "";
    List<Object> rules = List.of();
    for (String each : KINDS) {
      if (!Yaml.list(rule, "rules", each).isEmpty()) {
        kind = each;
        rules = Yaml.list(rule, "rules", each);
      }
    }
    List<Object> serverNames = Yaml.list(rule, "serverNames");
    if (kind.isEmpty() && !serverNames.isEmpty()) {
      kind = "tls";
    }
    for (Object port : Yaml.list(rule, "ports")) {
      String protocol = Yaml.text(port, "protocol").toUpperCase(Locale.ROOT);
      boolean any = protocol.isEmpty() || protocol.equals("ANY");
      for (String each : any ? ANY_PROTOCOL : List.of(protocol)) {
        if (!carries(each, kind)) {
          continue;
        }
        all.add(
            ports(
                each,
                Yaml.text(port, "port"),
                Yaml.text(port, "endPort"),
                kind,
                rules,
                serverNames));
      }
    }
  }

  /** Names are asked for over TCP or UDP, and TLS is over TCP. */
  private boolean carries(String protocol, String kind) {
    return switch (asCilium.contains(Difference.CARRIERS) ? "" : kind) {
      case "dns" -> !protocol.equals("SCTP");
      case "tls" -> protocol.equals("TCP");
      default -> true;
    };
  }

  private static Ports ports(
      String protocol,
      String port,
      String endPort,
      String kind,
      List<Object> rules,
      List<Object> serverNames) {
    if (port.chars().anyMatch(Character::isLetter)) {
      return new Ports(protocol, port.toLowerCase(Locale.ROOT), -1, -1, kind, rules, serverNames);
    }
    int first = port.isEmpty() ? 0 : Integer.parseInt(port);
    int last = endPort.isEmpty() || endPort.equals("0") ? first : Integer.parseInt(endPort);
    return new Ports(protocol, "", first, last, kind, rules, serverNames);
  }

  private void addIcmp(List<Ports> all, Object rule) {
    for (Object field : Yaml.list(rule, "fields")) {
      String family = Yaml.text(field, "family").equals("IPv6") ? "IPv6" : "IPv4";
      String type = Yaml.text(field, "type");
      int number =
          type.chars().allMatch(Character::isDigit)
              ? Integer.parseInt(type)
              : ICMP_NAMES.get(type + "/" + family);
      String protocol = family.equals("IPv6") ? "ICMPv6" : "ICMP";
      all.add(new Ports(protocol, "", number, number, "", List.of(), List.of()));
    }
  }

  private void addNetworkPolicy(List<Item> items, Party endpoint, Map<String, Object> policy) {
    String namespace = Yaml.text(policy, "metadata", "namespace");
    Map<String, Object> spec = Yaml.map(policy, "spec");
    if (endpoint.node()
        || !selections
            .subject(Yaml.map(spec, "podSelector"), namespace, "k8s:")
            .selects(endpoint)) {
      return;
    }
    List<Object> types = Yaml.list(spec, "policyTypes");
    for (String direction : List.of("ingress", "egress")) {
      boolean ingress = direction.equals("ingress");
      List<Object> rules = Yaml.list(spec, direction);
      for (Object rule : rules) {
        List<Ports> ports = networkPorts(rule);
        List<Object> peers = Yaml.list(rule, ingress ? "from" : "to");
        List<Selection> any = List.of(new Selection.Any());
        if (peers.isEmpty()) {
          items.add(new Item(Parties.name(policy), ingress, false, true, any, ports));
        }
        for (Object peer : peers) {
          List<Selection> selected = selections.networkPeer(Yaml.map(peer), namespace);
          items.add(new Item(Parties.name(policy), ingress, false, true, selected, ports));
        }
      }
      boolean isolates = ingress ? !types.equals(List.of("Egress")) : types.contains("Egress");
      if (rules.isEmpty() && isolates) {
        items.add(new Item(Parties.name(policy), ingress, false, true, List.of(), null));
      }
    }
  }

  private static @Nullable List<Ports> networkPorts(Object rule) {
    if (Yaml.list(rule, "ports").isEmpty()) {
      return null;
    }
    List<Ports> ports = new ArrayList<>();
    for (Object port : Yaml.list(rule, "ports")) {
      String protocol = Yaml.text(port, "protocol");
      ports.add(
          ports(
              protocol.isEmpty() ? "TCP" : protocol,
              Yaml.text(port, "port"),
              Yaml.text(port, "endPort"),
              "",
              List.of(),
              List.of()));
    }
    return ports;
  }
}
