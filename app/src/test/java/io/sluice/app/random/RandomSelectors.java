package io.sluice.app.random;

import static io.sluice.app.random.Tree.list;
import static io.sluice.app.random.Tree.map;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Label selectors of both languages, with every spelling of a key. */
final class RandomSelectors {
  private static final String NAMESPACE = "io.kubernetes.pod.namespace";
  private static final String NAMESPACE_LABEL = "io.cilium.k8s.namespace.labels.";

  private final Dice dice;

  RandomSelectors(Dice dice) {
    this.dice = dice;
  }

  /** The endpoints that a policy is about; broad, so that policies meet on them. */
  Map<String, Object> subject() {
    return switch (dice.between(0, 9)) {
      case 0 -> map();
      case 1, 2 -> map("matchLabels", map("tier", dice.pick(Vocabulary.TIERS)));
      case 3 -> map("matchExpressions", list(expression("app", Vocabulary.APPS)));
      case 4 -> map("matchLabels", map("k8s:app", app()));
      default -> map("matchLabels", map("app", app()));
    };
  }

  /** The subject of a clusterwide policy, which may name a namespace. */
  Map<String, Object> clusterSubject() {
    return switch (dice.between(0, 5)) {
      case 0 -> map("matchLabels", map("k8s:" + NAMESPACE, namespace()));
      case 1 -> map("matchLabels", map(NAMESPACE_LABEL + "env", dice.pick("prod", "dev")));
      default -> subject();
    };
  }

  /** A peer in the language of Cilium's policies. */
  Map<String, Object> peer() {
    return switch (dice.between(0, 23)) {
      case 0, 1, 2 -> map();
      case 3 -> map("matchLabels", map("any:app", app(), "tier", dice.pick(Vocabulary.TIERS)));
      case 4 -> map("matchLabels", map("k8s:app", app()));
      case 5, 6 -> map("matchLabels", map("k8s:" + NAMESPACE, namespace(), "app", app()));
      case 7 -> map("matchLabels", map(NAMESPACE, namespace()));
      case 8 -> map("matchExpressions", list(map("key", "k8s:" + NAMESPACE, "operator", "Exists")));
      case 9 ->
          map("matchExpressions", list(expression("k8s:" + NAMESPACE, Vocabulary.NAMESPACES)));
      case 10, 11 ->
          map("matchLabels", map("k8s:" + NAMESPACE_LABEL + "env", dice.pick("prod", "dev")));
      case 12 ->
          map(
              "matchLabels",
              map("app", app()),
              "matchExpressions",
              list(expression(NAMESPACE_LABEL + "team", List.of("a", "b"))));
      case 13, 14 -> map("matchExpressions", list(expression("app", Vocabulary.APPS)));
      case 15 -> map("matchExpressions", list(expression("tier", Vocabulary.TIERS)));
      case 16 -> map("matchLabels", map("reserved:" + dice.pick("host", "remote-node"), ""));
      case 17 -> map("matchExpressions", list(map("key", reserved(), "operator", "DoesNotExist")));
      case 18 -> map("matchLabels", map("io.cilium.k8s.policy.serviceaccount", app() + "-sa"));
      case 19 -> map("matchLabels", map("app.kubernetes.io/name", app()));
      case 20 -> map("matchLabels", map("io.cilium.k8s.policy.cluster", dice.pick("c1", "c2")));
      case 21 -> map("matchLabels", map("pod-template-hash", "5d4f"));
      default -> map("matchLabels", map("app", app()));
    };
  }

  /** The labels of a pod, or of a namespace, in a NetworkPolicy. */
  Map<String, Object> kubernetes(boolean ofNamespaces) {
    if (dice.chance(20)) {
      return map();
    }
    String key = ofNamespaces ? dice.pick("env", "team", "kubernetes.io/metadata.name") : "app";
    List<String> values = ofNamespaces ? List.of("prod", "dev", "a") : Vocabulary.APPS;
    return dice.chance(70)
        ? map("matchLabels", map(key, dice.pick(values)))
        : map("matchExpressions", list(expression(key, values)));
  }

  private Map<String, Object> expression(String key, List<String> values) {
    String operator = dice.pick("In", "In", "NotIn", "Exists", "DoesNotExist");
    Map<String, Object> expression = map("key", key, "operator", operator);
    if (operator.endsWith("In")) {
      expression.put("values", new ArrayList<>(dice.some(values, 1, 2)));
    }
    return expression;
  }

  private String reserved() {
    return "reserved:" + dice.pick("host", "remote-node", "health");
  }

  private String app() {
    return dice.pick(Vocabulary.APPS);
  }

  private String namespace() {
    return dice.pick(Vocabulary.NAMESPACES);
  }
}
