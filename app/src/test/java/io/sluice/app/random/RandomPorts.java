package io.sluice.app.random;

import static io.sluice.app.random.Tree.list;
import static io.sluice.app.random.Tree.map;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The {@code toPorts} and {@code icmps} of an item, L7 rules included. */
final class RandomPorts {
  private final Dice dice;
  private final Dialect dialect;
  private final RandomRequests requests;

  RandomPorts(Dice dice, Dialect dialect) {
    this.dice = dice;
    this.dialect = dialect;
    this.requests = new RandomRequests(dice);
  }

  /** Adds the item's ports, if it gets any. */
  void addTo(Map<String, Object> item, boolean ingress, boolean deny) {
    int kind = dice.between(0, 99);
    if (kind < 14) {
      return;
    }
    if (kind < 22) {
      item.put("icmps", list(map("fields", icmpFields())));
    } else if (kind < 24) {
      item.put("toPorts", dice.pick(List.of(list(), list(map()), list(map("ports", list())))));
    } else {
      List<Object> rules = new ArrayList<>();
      for (int n = dice.chance(75) ? 1 : 2; n > 0; n--) {
        rules.add(portRule(ingress, deny));
      }
      if (!deny && dice.chance(1)) {
        rules.add(conflict("http", requests.httpRules()));
        rules.add(conflict("kafka", requests.kafkaRules()));
      }
      item.put("toPorts", rules);
    }
  }

  private List<Object> icmpFields() {
    List<Object> fields = new ArrayList<>();
    for (int n = dice.between(1, 2); n > 0; n--) {
      boolean six = dice.chance(30);
      Map<String, Object> field = map();
      if (six || dice.chance(50)) {
        field.put("family", six ? "IPv6" : "IPv4");
      }
      field.put("type", six ? dice.pick(128, 135, "EchoRequest") : dice.pick(8, 3, "EchoRequest"));
      if (!six && dice.chance(3)) {
        field.put("type", 0);
      }
      fields.add(field);
    }
    return fields;
  }

  private Map<String, Object> portRule(boolean ingress, boolean deny) {
    int kind = dice.between(0, 99);
    boolean asked = !deny && dice.chance(80);
    if (kind < 42) {
      Map<String, Object> rule = map("ports", ports(httpPort(), "TCP"));
      if (asked) {
        rule.put("rules", map("http", requests.httpRules()));
      }
      return rule;
    }
    if (kind < 52) {
      Map<String, Object> rule =
          map("ports", list(port(Vocabulary.TLS_PORT, dice.pick("TCP", "TCP", "ANY"))));
      if (asked) {
        rule.put("serverNames", new ArrayList<Object>(requests.serverNames()));
      }
      return rule;
    }
    if (kind < 64) {
      Map<String, Object> rule =
          map("ports", list(port(Vocabulary.DNS_PORT, dice.pick("UDP", "ANY"))));
      if (asked && !ingress) {
        rule.put("rules", map("dns", requests.dnsRules()));
      }
      return rule;
    }
    if (kind < 74) {
      Map<String, Object> rule = map("ports", list(port(Vocabulary.KAFKA_PORT, "TCP")));
      if (asked) {
        rule.put("rules", map("kafka", requests.kafkaRules()));
      }
      return rule;
    }
    if (kind < 80 && dialect.whole()) {
      Map<String, Object> rule = map("ports", list(port(Vocabulary.GRPC_PORT, "TCP")));
      if (asked) {
        rule.put("rules", map("grpc", requests.grpcRules()));
      }
      return rule;
    }
    return asked && dice.chance(4) ? strayKind() : map("ports", plainPorts());
  }

  /** L7 rules on a port where those of another kind are usual: they may conflict. */
  private Map<String, Object> strayKind() {
    return dice.chance(50)
        ? map("ports", ports("80", "TCP"), "rules", map("kafka", requests.kafkaRules()))
        : map("ports", ports("443", "TCP"), "rules", map("http", requests.httpRules()));
  }

  private static Map<String, Object> conflict(String kind, List<Object> l7) {
    return map("ports", list(port("8080", "TCP")), "rules", map(kind, l7));
  }

  private String httpPort() {
    return dice.chance(25) ? "http" : dice.pick(Vocabulary.HTTP_PORTS);
  }

  private List<Object> plainPorts() {
    List<Object> ports = new ArrayList<>();
    for (int n = dice.between(1, 2); n > 0; n--) {
      ports.add(
          switch (dice.between(0, 9)) {
            case 0, 1 -> range(protocol());
            case 2 -> port("0", protocol());
            case 3 -> port(dice.pick(Vocabulary.PORT_NAMES), dice.pick("TCP", "TCP", "UDP", "ANY"));
            case 4 -> map("port", dice.pick(Vocabulary.PLAIN_PORTS));
            case 5 -> port(Vocabulary.HTTP_PORTS.getFirst(), dice.pick("TCP", "UDP", "SCTP"));
            default -> port(dice.pick(Vocabulary.PLAIN_PORTS), protocol());
          });
    }
    return ports;
  }

  private List<Object> ports(String port, String protocol) {
    if (dice.chance(6)) {
      return list(map("port", "80", "endPort", dice.pick(81, 90, 8080), "protocol", protocol));
    }
    return dice.chance(15)
        ? list(port(port, protocol), port("8081", protocol))
        : list(port(port, protocol));
  }

  private Map<String, Object> range(String protocol) {
    int first = dice.pick(1, 50, 79, 80, 443, 5000, 9000);
    return map(
        "port",
        Integer.toString(first),
        "endPort",
        first + dice.pick(1, 10, 100, 4999),
        "protocol",
        protocol);
  }

  private String protocol() {
    return dice.pick("TCP", "TCP", "TCP", "UDP", "ANY", "SCTP");
  }

  private static Map<String, Object> port(String port, String protocol) {
    return map("port", port, "protocol", protocol);
  }
}
