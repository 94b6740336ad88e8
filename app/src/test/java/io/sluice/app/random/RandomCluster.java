package io.sluice.app.random;

import static io.sluice.app.random.Tree.list;
import static io.sluice.app.random.Tree.map;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A small cluster: namespaces, nodes, pods, services and groups of prefixes. */
final class RandomCluster {
  /** A pod that other objects and the questions speak of. */
  record Member(String name, List<String> addresses, boolean hostNetwork) {}

  private final Dice dice;
  private final boolean dualStack;
  private final List<Map<String, Object>> objects = new ArrayList<>();
  private final List<Member> pods = new ArrayList<>();
  private final List<String> nodeAddresses = new ArrayList<>();
  private int services;
  private final List<String> backed = new ArrayList<>();

  RandomCluster(Dice dice, boolean dualStack) {
    this.dice = dice;
    this.dualStack = dualStack;
    for (String namespace : Vocabulary.NAMESPACES) {
      objects.add(
          object(
              "v1",
              "Namespace",
              map("name", namespace, "labels", Vocabulary.NAMESPACE_LABELS.get(namespace))));
    }
    for (int i = 1; i <= Vocabulary.NODES.size(); i++) {
      addNode(i);
    }
    for (int i = dice.between(6, 9); i > 0; i--) {
      addPod(i, i > 1 && dice.chance(8));
    }
    addServices();
    addGroups();
  }

  List<Map<String, Object>> objects() {
    return objects;
  }

  List<Member> pods() {
    return pods;
  }

  List<String> nodeAddresses() {
    return nodeAddresses;
  }

  /** Services with backends, as {@code namespace/name}; each has the port 80 over TCP. */
  List<String> backedServices() {
    return backed;
  }

  private void addNode(int number) {
    List<Object> addresses = list(map("type", "InternalIP", "address", "192.168.1." + number));
    nodeAddresses.add("192.168.1." + number);
    if (dualStack) {
      addresses.add(map("type", "InternalIP", "address", "fd00:1::" + number));
      nodeAddresses.add("fd00:1::" + number);
    }
    objects.add(
        with(
            object("v1", "Node", map("name", "n" + number, "labels", map("zone", "z" + number))),
            "status",
            map("addresses", addresses)));
  }

  private void addPod(int number, boolean hostNetwork) {
    String namespace = dice.pick("prod", "prod", "prod", "dev", "dev", "ops");
    String app = dice.pick(Vocabulary.APPS);
    int node = dice.between(1, Vocabulary.NODES.size());
    String name = app + number;
    List<String> addresses = new ArrayList<>();
    addresses.add(hostNetwork ? "192.168.1." + node : "10.0." + node + "." + number);
    if (dualStack) {
      addresses.add(hostNetwork ? "fd00:1::" + node : "fd00:2:" + node + "::" + number);
    }
    Map<String, Object> labels = map("app", app, "app.kubernetes.io/name", app);
    if (dice.chance(60)) {
      labels.put("tier", dice.pick(Vocabulary.TIERS));
    }
    if (dice.chance(20)) {
      labels.put("pod-template-hash", "5d4f");
    }
    Map<String, Object> spec = map("nodeName", "n" + node);
    if (hostNetwork) {
      spec.put("hostNetwork", true);
    }
    if (dice.chance(30)) {
      spec.put("serviceAccountName", app + "-sa");
    }
    spec.put("containers", list(map("name", "main", "image", "main", "ports", namedPorts())));
    List<Object> podIps = new ArrayList<>();
    addresses.forEach(address -> podIps.add(map("ip", address)));
    objects.add(
        with(
            object("v1", "Pod", map("name", name, "namespace", namespace, "labels", labels)),
            "spec",
            spec,
            "status",
            map("podIP", addresses.getFirst(), "podIPs", podIps)));
    pods.add(new Member(namespace + "/" + name, addresses, hostNetwork));
  }

  private List<Object> namedPorts() {
    List<Object> ports = new ArrayList<>();
    if (dice.chance(80)) {
      int http = dice.chance(85) ? 80 : 8080;
      ports.add(map("name", "http", "containerPort", http, "protocol", "TCP"));
    }
    if (dice.chance(40)) {
      ports.add(map("name", "metrics", "containerPort", 9090));
    }
    if (dice.chance(30)) {
      ports.add(map("name", "dns", "containerPort", 53, "protocol", "UDP"));
    }
    return ports;
  }

  /** One service of pods, one of addresses outside, and one that nothing stands behind. */
  private void addServices() {
    String app = dice.pick(Vocabulary.APPS);
    addService("prod", "inside", map("app", app), map("kind", "inside"));
    addSlice("prod", "inside", insideAddresses("prod", app));
    addService("prod", "outside", null, map("kind", "outside"));
    addSlice("prod", "outside", dice.some(Vocabulary.OUTSIDE, 1, 2));
    addService("dev", "empty", map("app", "nobody"), map("kind", "empty"));
  }

  private List<String> insideAddresses(String namespace, String app) {
    return pods.stream()
        .filter(pod -> pod.name().startsWith(namespace + "/" + app))
        .map(pod -> pod.addresses().getFirst())
        .toList();
  }

  private void addService(
      String namespace,
      String name,
      @Nullable Map<String, Object> selector,
      Map<String, Object> labels) {
    Map<String, Object> spec =
        map(
            "clusterIP",
            "10.96.0." + ++services,
            "ports",
            list(map("name", "web", "port", 80, "targetPort", 80, "protocol", "TCP")));
    if (selector != null) {
      spec.put("selector", selector);
    }
    objects.add(
        with(
            object("v1", "Service", map("name", name, "namespace", namespace, "labels", labels)),
            "spec",
            spec));
  }

  private void addSlice(String namespace, String service, List<String> addresses) {
    if (addresses.isEmpty()) {
      return;
    }
    backed.add(namespace + "/" + service);
    List<Object> endpoints = new ArrayList<>();
    for (String address : addresses) {
      endpoints.add(map("addresses", list(address), "conditions", map("ready", true)));
    }
    objects.add(
        with(
            object(
                "discovery.k8s.io/v1",
                "EndpointSlice",
                map(
                    "name",
                    service + "-1",
                    "namespace",
                    namespace,
                    "labels",
                    map("kubernetes.io/service-name", service))),
            "addressType",
            "IPv4",
            "ports",
            list(map("name", "web", "port", 80, "protocol", "TCP")),
            "endpoints",
            endpoints));
  }

  private void addGroups() {
    for (String group : Vocabulary.GROUPS) {
      List<Object> prefixes = new ArrayList<>(dice.some(Vocabulary.PREFIXES.subList(0, 4), 1, 2));
      if (dualStack && dice.chance(50)) {
        prefixes.add(Vocabulary.PREFIXES_V6.getFirst());
      }
      objects.add(
          with(
              object(
                  "cilium.io/v2",
                  "CiliumCIDRGroup",
                  map("name", group, "labels", map("kind", group))),
              "spec",
              map("externalCIDRs", prefixes)));
    }
  }

  private static Map<String, Object> object(
      String apiVersion, String kind, Map<String, Object> metadata) {
    return map("apiVersion", apiVersion, "kind", kind, "metadata", metadata);
  }

  private static Map<String, Object> with(Map<String, Object> object, Object... more) {
    object.putAll(map(more));
    return object;
  }
}
