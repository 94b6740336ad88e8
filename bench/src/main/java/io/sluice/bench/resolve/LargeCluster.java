package io.sluice.bench.resolve;

import io.sluice.xds.source.Field;
import io.sluice.xds.source.Manifest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A cluster of 100,000 pods in 1,000 namespaces, with a policy for each of these and in each policy
 * ten rules that select namespaces by their labels: mostly ten, some a hundred, a few every third.
 * A namespace has twenty applications of five pods. The local node runs {@value #LOCAL_PODS} pods
 * of as many namespaces.
 */
final class LargeCluster {
  static final int NAMESPACES = 1_000;
  static final int PODS = 100_000;
  private static final int PODS_PER_NAMESPACE = PODS / NAMESPACES;
  static final String NODE = "node-0";

  private static final int RULES_PER_POLICY = 10;
  private static final int LOCAL_PODS = 110;
  private static final int APPLICATIONS = 20;
  private static final int NODES = 1_000;

  /** Where the policies begin among the manifests, in the order of the namespaces. */
  static final int FIRST_POLICY = NODES + NAMESPACES;

  /** Where the pods begin. */
  static final int FIRST_POD = FIRST_POLICY + NAMESPACES;

  private static final String NAMESPACE_LABEL = "k8s:io.cilium.k8s.namespace.labels.";

  private LargeCluster() {}

  /** The manifests of the whole cluster. */
  static List<Manifest> manifests() {
    List<Manifest> all = new ArrayList<>();
    for (int i = 0; i < NODES; i++) {
      all.add(node(i));
    }
    for (int i = 0; i < NAMESPACES; i++) {
      all.add(namespace(i));
    }
    for (int i = 0; i < NAMESPACES; i++) {
      all.add(policy(i, "8080"));
    }
    for (int i = 0; i < PODS; i++) {
      all.add(pod(i, "v1"));
    }
    return all;
  }

  private static Manifest node(int number) {
    String name = "node-" + number;
    return manifest(
        "Node",
        "",
        name,
        Map.of(
            "metadata",
            Map.of("name", name),
            "status",
            Map.of(
                "addresses",
                List.of(
                    Map.of(
                        "type",
                        "InternalIP",
                        "address",
                        "172.16." + number / 250 + "." + (1 + number % 250))))));
  }

  private static Manifest namespace(int number) {
    String name = name("ns-", number);
    return manifest(
        "Namespace",
        "",
        name,
        Map.of(
            "metadata",
            Map.of(
                "name",
                name,
                "labels",
                Map.of(
                    "team",
                    "team-" + number % 100,
                    "area",
                    "area-" + number % 10,
                    "stage",
                    "stage-" + number % 3))));
  }

  /**
   * A pod, by its place in the cluster, whose objects are listed as an API server does: by
   * namespace.
   *
   * @param version a label by which it differs from what it was
   */
  static Manifest pod(int number, String version) {
    String namespace = name("ns-", number / PODS_PER_NAMESPACE);
    int inNamespace = number % PODS_PER_NAMESPACE;
    boolean local = inNamespace == 0 && number / PODS_PER_NAMESPACE < LOCAL_PODS;
    String application = "app-" + inNamespace % APPLICATIONS;
    String name = name("pod-", inNamespace);
    Map<String, Object> metadata = new LinkedHashMap<>();
    metadata.put("name", name);
    metadata.put("namespace", namespace);
    metadata.put(
        "labels",
        Map.of("app", application, "version", version, "app.kubernetes.io/part-of", namespace));
    if (local) {
      metadata.put("annotations", Map.of("sluice.io/interface", "lxc" + number));
    }
    String address = "10." + number / 62_500 + "." + number / 250 % 250 + "." + (1 + number % 250);
    return manifest(
        "Pod",
        namespace,
        name,
        Map.of(
            "metadata",
            metadata,
            "spec",
            Map.of("nodeName", local ? NODE : "node-" + number % NODES),
            "status",
            Map.of("podIPs", List.of(Map.of("ip", address)))));
  }

  /**
   * The policy of a namespace.
   *
   * @param port one that all of its rules open
   */
  static Manifest policy(int number, String port) {
    List<Object> rules = new ArrayList<>();
    for (int rule = 0; rule < RULES_PER_POLICY; rule++) {
      Map<String, Object> item = new LinkedHashMap<>();
      item.put(
          "fromEndpoints",
          List.of(Map.of("matchLabels", namespaces(number * RULES_PER_POLICY + rule))));
      Map<String, Object> ports = new LinkedHashMap<>();
      ports.put("ports", List.of(Map.of("port", port, "protocol", "TCP")));
      if (rule < 2) {
        ports.put("rules", Map.of("http", List.of(Map.of("method", "GET", "path", "/api/.*"))));
      }
      item.put("toPorts", List.of(ports));
      rules.add(item);
    }
    String namespace = name("ns-", number);
    return manifest(
        "CiliumNetworkPolicy",
        namespace,
        "peers",
        Map.of(
            "metadata",
            Map.of("name", "peers", "namespace", namespace),
            "spec",
            Map.of("endpointSelector", Map.of(), "ingress", rules)));
  }

  private static Map<String, Object> namespaces(int rule) {
    if (rule % 20 == 0) {
      return Map.of(
          NAMESPACE_LABEL + "stage", "stage-" + rule % 3, "app", "app-" + rule % APPLICATIONS);
    }
    return rule % 5 == 0
        ? Map.of(NAMESPACE_LABEL + "area", "area-" + rule % 10)
        : Map.of(NAMESPACE_LABEL + "team", "team-" + rule * 7 % 100);
  }

  private static String name(String kind, int number) {
    return kind + (10_000 + number);
  }

  private static Manifest manifest(
      String kind, String namespace, String name, Map<String, Object> content) {
    Map<String, Object> body = new LinkedHashMap<>();
    String version = kind.startsWith("Cilium") ? "cilium.io/v2" : "v1";
    body.put("apiVersion", version);
    body.put("kind", kind);
    body.putAll(content);
    return new Manifest(
        "cluster.yaml", version, kind, namespace, name, (Field.Mapping) field(body));
  }

  private static Field field(Object value) {
    return switch (value) {
      case Map<?, ?> map -> {
        Map<String, Field> fields = new LinkedHashMap<>();
        map.forEach((key, each) -> fields.put(key.toString(), field(each)));
        yield new Field.Mapping(1, fields);
      }
      case List<?> list -> new Field.Sequence(1, list.stream().map(LargeCluster::field).toList());
      default -> new Field.Scalar(1, Field.Type.TEXT, value.toString());
    };
  }
}
