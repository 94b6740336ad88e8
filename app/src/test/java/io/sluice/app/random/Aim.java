package io.sluice.app.random;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A place in a policy that asks something at L7; questions that aim at one are judged there more
 * often than those at random.
 *
 * @param namespace of the policy, null if it is clusterwide
 * @param app that its subject names, null if it names none
 * @param kind of its rules
 * @param port the first of its ports, as written
 */
record Aim(
    @Nullable String namespace, @Nullable String app, boolean ingress, String kind, String port) {

  /** All such places. */
  static List<Aim> in(List<Map<String, Object>> policies) {
    List<Aim> aims = new ArrayList<>();
    for (Map<String, Object> policy : policies) {
      Object namespace = at(policy, "metadata", "namespace");
      for (Object rule : rules(policy)) {
        Object app = at(rule, "endpointSelector", "matchLabels", "app");
        for (String direction : List.of("ingress", "egress")) {
          for (Object item : list(at(rule, direction))) {
            for (Object ports : list(at(item, "toPorts"))) {
              add(aims, (String) namespace, (String) app, direction.equals("ingress"), ports);
            }
          }
        }
      }
    }
    return aims;
  }

  private static void add(
      List<Aim> aims,
      @Nullable String namespace,
      @Nullable String app,
      boolean ingress,
      Object rule) {
    List<?> ports = list(at(rule, "ports"));
    if (ports.isEmpty()) {
      return;
    }
    String port = String.valueOf(at(ports.getFirst(), "port"));
    if (at(rule, "rules") instanceof Map<?, ?> rules) {
      rules
          .keySet()
          .forEach(kind -> aims.add(new Aim(namespace, app, ingress, (String) kind, port)));
    } else if (at(rule, "serverNames") != null) {
      aims.add(new Aim(namespace, app, ingress, "tls", port));
    }
  }

  private static List<?> rules(Map<String, Object> policy) {
    return policy.containsKey("specs") ? list(policy.get("specs")) : List.of(policy.get("spec"));
  }

  private static List<?> list(@Nullable Object tree) {
    return tree instanceof List<?> list ? list : List.of();
  }

  private static @Nullable Object at(@Nullable Object tree, String... path) {
    Object at = tree;
    for (String key : path) {
      at = at instanceof Map<?, ?> map ? map.get(key) : null;
    }
    return at;
  }

  /** Whether the pod may be its subject. */
  boolean mayMean(RandomCluster.Member pod) {
    String[] name = pod.name().split("/", 2);
    return (namespace == null || namespace.equals(name[0]))
        && (app == null || name[1].startsWith(app));
  }
}
