package io.sluice.app.naive;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Who is who in a world: names and addresses become parties. */
final class Parties {
  private static final Set<String> RESERVED =
      Set.of(
          "world",
          "world-ipv4",
          "world-ipv6",
          "host",
          "remote-node",
          "kube-apiserver",
          "health",
          "unmanaged",
          "init",
          "ingress");
  private static final List<String> DROPPED =
      List.of(
          "io.kubernetes.",
          "kubernetes.io",
          "k8s.io",
          "pod-template-hash",
          "pod-template-generation",
          "controller-revision-hash",
          "controller-uid",
          "annotation.",
          "etcd_node",
          "topology.kubernetes.io",
          "statefulset.kubernetes.io/pod-name",
          "apps.kubernetes.io/pod-index",
          "batch.kubernetes.io/job-completion-index");

  private final List<Map<String, Object>> world;
  private final String cluster;
  private final String localNode;
  private final Set<Difference> asCilium;
  private final Set<String> prefixes;

  /**
   * The parties of a world.
   *
   * @param prefixes all prefixes and addresses that are spoken of
   */
  Parties(
      List<Map<String, Object>> world,
      Set<String> prefixes,
      Map<String, Object> settings,
      Set<Difference> asCilium) {
    this.prefixes = prefixes;
    this.world = world;
    this.cluster =
        settings.containsKey("localCluster") ? Yaml.text(settings, "localCluster") : "default";
    this.localNode = Yaml.text(settings, "node");
    this.asCilium = asCilium;
  }

  List<Map<String, Object>> objects(String kind) {
    return world.stream().filter(object -> kind.equals(object.get("kind"))).toList();
  }

  /** The node whose agent decides for one end of a question, "" if there is none. */
  String local(String end, String peer) {
    return Stream.of(localNode, node(end), node(peer))
        .filter(name -> !name.isEmpty())
        .findFirst()
        .orElse("");
  }

  /** A node as one whose own policies are asked, or null if there is none of that name. */
  @Nullable Party host(String node) {
    return objects("Node").stream()
        .filter(object -> Yaml.text(object, "metadata", "name").equals(node))
        .map(
            object -> {
              List<Label> labels = new ArrayList<>(List.of(Label.reserved("host")));
              Yaml.map(object, "metadata", "labels")
                  .forEach((key, value) -> labels.add(new Label("k8s", key, value.toString())));
              return new Party(node, labels, null, null, true);
            })
        .findFirst()
        .orElse(null);
  }

  /** The party of that name, as the agent of the node {@code local} sees it. */
  Party party(String name, String local) {
    if (RESERVED.contains(name)) {
      List<Label> labels = new ArrayList<>(List.of(Label.reserved(name)));
      if (name.equals("kube-apiserver") && asCilium.contains(Difference.API_SERVER_ALONE)) {
        labels.add(Label.reserved("remote-node"));
      }
      return new Party(name, labels, null, null);
    }
    Map<String, Object> pod = podNamed(name);
    if (pod == null) {
      pod = podWithAddress(name);
    }
    if (pod != null && Yaml.at(pod, "spec", "hostNetwork") == null) {
      return new Party(Parties.name(pod), labels(pod), null, pod);
    }
    String nodeName = pod == null ? nodeWithAddress(name) : Yaml.text(pod, "spec", "nodeName");
    if (nodeName != null) {
      String label = nodeName.equals(local) ? "host" : "remote-node";
      return new Party(name, List.of(Label.reserved(label)), null, null);
    }
    Address address = Address.of(name);
    String label = address.bits() == 32 ? "world-ipv4" : "world-ipv6";
    return new Party(name, List.of(Label.reserved(label)), address, null);
  }

  /** The pods whose traffic is enforced. */
  List<Party> pods() {
    return objects("Pod").stream()
        .filter(pod -> Yaml.at(pod, "spec", "hostNetwork") == null)
        .map(pod -> new Party(name(pod), labels(pod), null, pod))
        .toList();
  }

  /** One party of each kind that a policy of this world can tell from the others. */
  List<Party> everybody() {
    List<Party> all = new ArrayList<>(pods());
    for (String name : RESERVED) {
      all.add(new Party(name, List.of(Label.reserved(name)), null, null));
    }
    for (String prefix : prefixes) {
      Address address = Address.of(prefix);
      String label = address.bits() == 32 ? "world-ipv4" : "world-ipv6";
      all.add(new Party(prefix, List.of(Label.reserved(label)), address, null));
    }
    return all;
  }

  static String name(Map<String, Object> object) {
    return Yaml.text(object, "metadata", "namespace") + "/" + Yaml.text(object, "metadata", "name");
  }

  /** The node that a pod runs on or that has an address, "" for anything else. */
  private String node(String name) {
    Map<String, Object> pod = podNamed(name);
    if (pod == null) {
      pod = podWithAddress(name);
    }
    String node = pod == null ? nodeWithAddress(name) : Yaml.text(pod, "spec", "nodeName");
    return node == null ? "" : node;
  }

  private @Nullable Map<String, Object> podNamed(String name) {
    for (Map<String, Object> pod : objects("Pod")) {
      if (name(pod).equals(name)) {
        return pod;
      }
    }
    return null;
  }

  private @Nullable Map<String, Object> podWithAddress(String address) {
    for (Map<String, Object> pod : objects("Pod")) {
      for (Object ip : Yaml.list(pod, "status", "podIPs")) {
        if (Yaml.text(ip, "ip").equals(address) && Yaml.at(pod, "spec", "hostNetwork") == null) {
          return pod;
        }
      }
    }
    return null;
  }

  private @Nullable String nodeWithAddress(String address) {
    for (Map<String, Object> node : objects("Node")) {
      for (Object entry : Yaml.list(node, "status", "addresses")) {
        if (Yaml.text(entry, "address").equals(address)) {
          return Yaml.text(node, "metadata", "name");
        }
      }
    }
    return null;
  }

  List<Label> labels(Map<String, Object> pod) {
    String namespace = Yaml.text(pod, "metadata", "namespace");
    List<Label> labels = new ArrayList<>();
    Yaml.map(pod, "metadata", "labels")
        .forEach(
            (key, value) -> {
              if (takesPart(key)) {
                labels.add(new Label("k8s", key, String.valueOf(value)));
              }
            });
    labels.add(new Label("k8s", "io.kubernetes.pod.namespace", namespace));
    labels.add(new Label("k8s", "io.cilium.k8s.policy.cluster", cluster));
    String account = Yaml.text(pod, "spec", "serviceAccountName");
    if (!account.isEmpty()) {
      labels.add(new Label("k8s", "io.cilium.k8s.policy.serviceaccount", account));
    }
    for (Map<String, Object> object : objects("Namespace")) {
      if (Yaml.text(object, "metadata", "name").equals(namespace)) {
        Yaml.map(object, "metadata", "labels")
            .forEach(
                (key, value) ->
                    labels.add(
                        new Label(
                            "k8s",
                            "io.cilium.k8s.namespace.labels." + key,
                            String.valueOf(value))));
      }
    }
    return labels;
  }

  private static boolean takesPart(String key) {
    return DROPPED.stream().noneMatch(key::startsWith) && !key.contains("beta.kubernetes.io");
  }
}
