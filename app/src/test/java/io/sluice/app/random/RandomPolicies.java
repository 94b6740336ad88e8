package io.sluice.app.random;

import static io.sluice.app.random.Tree.list;
import static io.sluice.app.random.Tree.map;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Policies of all three kinds that are valid each by itself. */
final class RandomPolicies {
  private final Dice dice;
  private final Dialect dialect;
  private final boolean dualStack;
  private final RandomSelectors selectors;
  private final RandomPorts ports;
  private final RandomRequests requests;
  private final boolean ingressOnly;
  private final boolean egressOnly;

  RandomPolicies(Dice dice, Dialect dialect, boolean dualStack) {
    this.dice = dice;
    this.dialect = dialect;
    this.dualStack = dualStack;
    this.selectors = new RandomSelectors(dice);
    this.ports = new RandomPorts(dice, dialect);
    this.requests = new RandomRequests(dice);
    // In most worlds one end decides alone, or the drops of the other would hide the rest.
    int focus = dice.between(0, 99);
    this.ingressOnly = focus < 45;
    this.egressOnly = focus >= 45 && focus < 80;
  }

  List<Map<String, Object>> policies() {
    List<Map<String, Object>> policies = new ArrayList<>();
    for (int n = dice.between(1, 5); n > 0; n--) {
      policies.add(policy("p" + n));
    }
    return policies;
  }

  private Map<String, Object> policy(String name) {
    int kind = dice.between(0, 99);
    String namespace = dice.pick("prod", "prod", "dev");
    Map<String, Object> metadata = map("name", name, "namespace", namespace);
    if (dialect.whole() && dice.chance(25)) {
      metadata.put("annotations", map("policy.sluice.io/audit", "true"));
    }
    if (kind < 20) {
      return map(
          "apiVersion",
          "networking.k8s.io/v1",
          "kind",
          "NetworkPolicy",
          "metadata",
          metadata,
          "spec",
          networkPolicy());
    }
    boolean clusterwide = kind < 38;
    if (clusterwide) {
      metadata.remove("namespace");
    }
    Map<String, Object> policy =
        map(
            "apiVersion",
            "cilium.io/v2",
            "kind",
            clusterwide ? "CiliumClusterwideNetworkPolicy" : "CiliumNetworkPolicy",
            "metadata",
            metadata);
    if (dice.chance(90)) {
      policy.put("spec", rule(clusterwide));
    } else {
      policy.put("specs", list(rule(clusterwide), rule(clusterwide)));
    }
    return policy;
  }

  private Map<String, Object> rule(boolean clusterwide) {
    Map<String, Object> rule = map();
    if (clusterwide && dice.chance(8)) {
      rule.put("nodeSelector", map("matchLabels", map("zone", dice.pick("z1", "z2"))));
      // What may be denied may be allowed too, and has no L7 rules, which nodes can't have.
      String direction = dice.pick("ingress", "ingress", "egress");
      rule.put(direction, list(item(direction.equals("ingress"), true)));
      return rule;
    }
    rule.put("endpointSelector", clusterwide ? selectors.clusterSubject() : selectors.subject());
    boolean ingress = ingress();
    boolean egress = egress(ingress);
    addItems(rule, "ingress", ingress, 4, false);
    addItems(rule, "egress", egress, 4, false);
    addItems(rule, "ingressDeny", ingress && dice.chance(14), 2, true);
    addItems(rule, "egressDeny", egress && dice.chance(14), 2, true);
    if (dice.chance(18)) {
      rule.put("enableDefaultDeny", map(dice.pick("ingress", "egress"), dice.chance(20)));
    }
    if (dice.chance(5)) {
      rule.put("description", "made at random");
    }
    return rule;
  }

  private boolean ingress() {
    return ingressOnly || (!egressOnly && dice.chance(65));
  }

  private boolean egress(boolean ingress) {
    return !ingress || (!ingressOnly && dice.chance(30));
  }

  private void addItems(
      Map<String, Object> rule, String list, boolean wanted, int most, boolean deny) {
    if (!wanted) {
      return;
    }
    List<Object> items = new ArrayList<>();
    for (int n = dice.between(1, most); n > 0; n--) {
      items.add(item(list.startsWith("ingress"), deny));
    }
    rule.put(list, items);
  }

  private Map<String, Object> item(boolean ingress, boolean deny) {
    Map<String, Object> item = map();
    String way = ingress ? "from" : "to";
    int kind = dice.between(0, 99);
    if (kind < 28) {
      // Any peer, if ports follow.
    } else if (kind < 56) {
      List<Object> peers = new ArrayList<>();
      for (int n = dice.chance(75) ? 1 : 2; n > 0; n--) {
        peers.add(selectors.peer());
      }
      item.put(way + "Endpoints", peers);
    } else if (kind < 70) {
      item.put(way + "Entities", new ArrayList<>(dice.some(Vocabulary.ENTITIES, 1, 2)));
    } else if (kind < 77) {
      item.put(way + "CIDR", new ArrayList<>(dice.some(prefixes(), 1, 2)));
    } else if (kind < 86) {
      item.put(way + "CIDRSet", list(cidrRule()));
    } else if (kind < 88) {
      item.put(way + dice.pick("Endpoints", "Entities", "CIDR", "CIDRSet"), list());
    } else if (!ingress && !deny && kind < 95) {
      item.put("toFQDNs", fqdns());
    } else if (!ingress) {
      item.put("toServices", list(service()));
    }
    ports.addTo(item, ingress, deny);
    return item;
  }

  private List<String> prefixes() {
    return dualStack && dice.chance(30) ? Vocabulary.PREFIXES_V6 : Vocabulary.PREFIXES;
  }

  private Map<String, Object> cidrRule() {
    return switch (dice.between(0, 5)) {
      case 0 -> map("cidrGroupRef", dice.pick("partners", "offices", "nowhere"));
      case 1 ->
          map("cidrGroupSelector", map("matchLabels", map("kind", dice.pick(Vocabulary.GROUPS))));
      case 2, 3 -> map("cidr", "203.0.113.0/24", "except", list("203.0.113.64/26"));
      case 4 -> map("cidr", "0.0.0.0/0", "except", list("203.0.113.0/24", "10.0.0.0/8"));
      default -> map("cidr", dice.pick(prefixes()));
    };
  }

  private List<Object> fqdns() {
    List<Object> names = new ArrayList<>();
    if (dice.chance(4)) {
      return names;
    }
    for (int n = dice.between(1, 2); n > 0; n--) {
      names.add(requests.nameOrPattern());
    }
    return names;
  }

  private Map<String, Object> service() {
    return switch (dice.between(0, 5)) {
      case 0, 1 -> map("k8sService", map("serviceName", "inside", "namespace", "prod"));
      case 2 -> map("k8sService", map("serviceName", "outside"));
      case 3 -> map("k8sService", map("serviceName", "missing", "namespace", "prod"));
      default ->
          map(
              "k8sServiceSelector",
              map(
                  "selector",
                  map("matchLabels", map("kind", dice.pick("inside", "outside", "empty"))),
                  "namespace",
                  "prod"));
    };
  }

  private Map<String, Object> networkPolicy() {
    Map<String, Object> spec = map("podSelector", selectors.kubernetes(false));
    boolean ingress = ingress();
    boolean egress = egress(ingress);
    spec.put(
        "policyTypes",
        ingress ? egress ? list("Ingress", "Egress") : list("Ingress") : list("Egress"));
    if (ingress && dice.chance(85)) {
      spec.put("ingress", list(networkItem("from")));
    }
    if (egress && dice.chance(85)) {
      spec.put("egress", list(networkItem("to")));
    }
    return spec;
  }

  private Map<String, Object> networkItem(String way) {
    Map<String, Object> item = map();
    if (dice.chance(85)) {
      List<Object> peers = new ArrayList<>();
      for (int n = dice.between(1, 2); n > 0; n--) {
        peers.add(networkPeer());
      }
      item.put(way, peers);
    }
    if (dice.chance(70)) {
      item.put(
          "ports",
          list(
              switch (dice.between(0, 5)) {
                case 0 -> map("protocol", dice.pick("TCP", "UDP"));
                case 1 -> map("port", "http", "protocol", "TCP");
                case 2 -> map("port", 79, "endPort", dice.pick(80, 9100), "protocol", "TCP");
                default -> map("port", dice.pick(80, 8080, 443, 5432));
              }));
    }
    return item;
  }

  private Map<String, Object> networkPeer() {
    return switch (dice.between(0, 5)) {
      case 0 -> map("ipBlock", map("cidr", "203.0.113.0/24", "except", list("203.0.113.64/26")));
      case 1 -> map("ipBlock", map("cidr", dice.pick(prefixes())));
      case 2 -> map("namespaceSelector", selectors.kubernetes(true));
      case 3 ->
          map(
              "namespaceSelector",
              selectors.kubernetes(true),
              "podSelector",
              selectors.kubernetes(false));
      default -> map("podSelector", selectors.kubernetes(false));
    };
  }
}
