package io.sluice.app.random;

import static io.sluice.app.random.Tree.list;
import static io.sluice.app.random.Tree.map;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** L7 rules, and requests that meet some of them, both from the same few words. */
final class RandomRequests {
  private final Dice dice;

  RandomRequests(Dice dice) {
    this.dice = dice;
  }

  List<Object> httpRules() {
    if (dice.chance(2)) {
      return list();
    }
    List<Object> rules = new ArrayList<>();
    for (int n = dice.between(1, 3); n > 0; n--) {
      rules.add(httpRule());
    }
    return rules;
  }

  private Map<String, Object> httpRule() {
    Map<String, Object> rule = map();
    if (dice.chance(55)) {
      rule.put("method", dice.pick(Vocabulary.METHOD_PATTERNS));
    }
    if (dice.chance(65)) {
      rule.put("path", dice.pick(Vocabulary.PATH_PATTERNS));
    }
    if (dice.chance(22)) {
      rule.put("host", dice.pick(Vocabulary.HOST_PATTERNS));
    }
    if (dice.chance(20)) {
      rule.put("headers", list(headerText()));
    }
    if (dice.chance(20)) {
      rule.put("headerMatches", list(headerMatch()));
    }
    return rule;
  }

  private String headerText() {
    String name = dice.pick(Vocabulary.HEADERS);
    String value = dice.pick(Vocabulary.HEADER_VALUES);
    return switch (dice.between(0, 9)) {
      case 0, 1 -> name;
      case 2 -> name + " " + value;
      case 3 -> name + ":" + value;
      case 4 -> name + ": .*";
      default -> name + ": " + value;
    };
  }

  private Map<String, Object> headerMatch() {
    Map<String, Object> match = map("name", dice.pick(Vocabulary.HEADERS));
    if (dice.chance(75)) {
      match.put("value", dice.pick(Vocabulary.HEADER_VALUES));
    }
    if (dice.chance(45)) {
      match.put("mismatch", dice.pick("LOG", "ADD", "DELETE", "REPLACE"));
    }
    if (dice.chance(8)) {
      match.put("secret", map("name", "absent", "namespace", "prod"));
    }
    return match;
  }

  List<String> serverNames() {
    List<String> names = new ArrayList<>(dice.some(Vocabulary.DNS_NAMES, 0, 2));
    if (names.isEmpty() || dice.chance(30)) {
      names.add(dice.pick("*.example.com", "**.example.com", "*.example.org"));
    }
    return names;
  }

  List<Object> dnsRules() {
    if (dice.chance(2)) {
      return list();
    }
    List<Object> rules = new ArrayList<>();
    for (int n = dice.between(1, 3); n > 0; n--) {
      rules.add(nameOrPattern());
    }
    return rules;
  }

  /** An element of {@code dns} or {@code toFQDNs}. */
  Map<String, Object> nameOrPattern() {
    return dice.chance(50)
        ? map("matchName", dice.pick(Vocabulary.DNS_NAMES) + (dice.chance(10) ? "." : ""))
        : map("matchPattern", dice.pick(Vocabulary.DNS_PATTERNS));
  }

  List<Object> kafkaRules() {
    List<Object> rules = new ArrayList<>();
    for (int n = dice.between(1, 2); n > 0; n--) {
      Map<String, Object> rule = map();
      switch (dice.between(0, 4)) {
        case 0 -> rule.put("role", "produce");
        case 1 -> rule.put("role", "consume");
        case 2 -> rule.put("apiKey", dice.pick(Vocabulary.API_KEYS));
        default -> {}
      }
      if (dice.chance(60)) {
        rule.put("topic", dice.pick(Vocabulary.TOPICS));
      }
      if (dice.chance(15)) {
        rule.put("clientID", dice.pick(Vocabulary.CLIENTS));
      }
      if (dice.chance(10)) {
        rule.put("apiVersion", dice.pick("5", "7"));
      }
      rules.add(rule);
    }
    return rules;
  }

  List<Object> grpcRules() {
    List<Object> rules = new ArrayList<>();
    for (int n = dice.between(1, 2); n > 0; n--) {
      Map<String, Object> rule = map();
      if (dice.chance(80)) {
        rule.put("service", dice.chance(25) ? "shop.*" : dice.pick(Vocabulary.SERVICES));
      }
      if (dice.chance(50)) {
        rule.put("method", dice.chance(25) ? "G*" : dice.pick(Vocabulary.CALLS));
      }
      if (dice.chance(10)) {
        rule.put("headers", list(headerText()));
      }
      rules.add(rule);
    }
    return rules;
  }

  Map<String, Object> http() {
    String path = dice.pick(Vocabulary.PATHS);
    if (dice.chance(12)) {
      path += dice.pick(Vocabulary.QUERIES);
    } else if (dice.chance(8)) {
      path = dice.pick(Vocabulary.CROOKED_PATHS);
    }
    String host = dice.pick(dice.chance(88) ? Vocabulary.HOSTS : Vocabulary.CROOKED_HOSTS);
    Map<String, Object> http =
        map("method", dice.pick(Vocabulary.METHODS), "path", path, "host", host);
    if (dice.chance(60)) {
      http.put("headers", headers());
    }
    return http;
  }

  private Map<String, Object> headers() {
    Map<String, Object> headers = map();
    for (String name : dice.some(Vocabulary.HEADERS, 1, 3)) {
      int values = dice.chance(88) ? 1 : 2;
      headers.put(
          dice.chance(85) ? name : name.toLowerCase(java.util.Locale.ROOT),
          new ArrayList<>(dice.some(Vocabulary.HEADER_VALUES, values, values)));
    }
    return headers;
  }

  Map<String, Object> dns() {
    Map<String, Object> dns = map("name", dice.pick(Vocabulary.DNS_NAMES));
    if (dice.chance(20)) {
      dns.put("type", dice.pick("AAAA", "SRV", "TXT"));
    }
    return dns;
  }

  String serverName() {
    return dice.chance(10) ? "" : dice.pick(Vocabulary.DNS_NAMES);
  }

  Map<String, Object> kafka() {
    String key = dice.chance(60) ? dice.pick("produce", "fetch") : dice.pick(Vocabulary.API_KEYS);
    Map<String, Object> kafka = map("apiKey", key, "apiVersion", 5);
    if (Vocabulary.TOPIC_KEYS.contains(key) && !(key.equals("metadata") && dice.chance(30))) {
      kafka.put("topics", new ArrayList<>(dice.some(Vocabulary.TOPICS, 1, 2)));
    }
    if (dice.chance(50)) {
      kafka.put("clientID", dice.pick(Vocabulary.CLIENTS));
    }
    return kafka;
  }

  Map<String, Object> grpc() {
    Map<String, Object> grpc =
        map("service", dice.pick(Vocabulary.SERVICES), "method", dice.pick(Vocabulary.CALLS));
    if (dice.chance(30)) {
      grpc.put("headers", headers());
    }
    return grpc;
  }
}
