package io.sluice.app.naive;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Turns what policies write about peers and subjects into selections. */
final class Selections {
  private static final String NAMESPACE = "io.kubernetes.pod.namespace";
  private static final String NAMESPACE_LABEL = "io.cilium.k8s.namespace.labels.";
  private static final String CLUSTER = "io.cilium.k8s.policy.cluster";
  private static final List<String> OF_CLUSTER =
      List.of("host", "remote-node", "init", "ingress", "health", "unmanaged", "kube-apiserver");

  /** The local node by its own label. */
  static final Selection HOST = reserved("host");

  private final Parties parties;
  private final String cluster;
  private final Map<String, Object> fqdns;

  Selections(Parties parties, String cluster, Map<String, Object> fqdns) {
    this.parties = parties;
    this.cluster = cluster;
    this.fqdns = fqdns;
  }

  /**
   * The subject of a policy: in its own namespace, whatever it says about namespaces.
   *
   * @param keyPrefix {@code k8s:} where keys have no sources, else ""
   */
  Selection subject(Map<String, Object> selector, String namespace, String keyPrefix) {
    Set<Requirement> requirements = Requirement.of(selector, keyPrefix);
    if (!namespace.isEmpty()) {
      requirements.removeIf(
          each -> each.equals(Requirement.of("k8s:" + NAMESPACE, "In", each.values())));
      requirements.add(in(NAMESPACE, namespace));
    }
    return new Selection.Labels(requirements);
  }

  /** A peer: in the policy's namespace, or any pod's, unless it says otherwise. */
  Selection peer(Map<String, Object> selector, String namespace) {
    Set<Requirement> requirements = Requirement.of(selector, "");
    if (requirements.stream().anyMatch(each -> each.source().equals("reserved"))) {
      return new Selection.Labels(requirements);
    }
    if (requirements.stream().noneMatch(each -> ofPods(each) && each.key().equals(NAMESPACE))) {
      if (namespace.isEmpty()) {
        requirements.add(Requirement.of("k8s:" + NAMESPACE, "Exists", Set.of()));
      } else if (requirements.stream()
          .noneMatch(each -> ofPods(each) && each.key().startsWith(NAMESPACE_LABEL))) {
        requirements.add(in(NAMESPACE, namespace));
      }
    }
    inCluster(requirements);
    return new Selection.Labels(requirements);
  }

  private void inCluster(Set<Requirement> requirements) {
    if (requirements.stream().noneMatch(each -> each.key().equals(CLUSTER))) {
      requirements.add(in(CLUSTER, cluster));
    }
  }

  private static boolean ofPods(Requirement requirement) {
    return requirement.source().equals("k8s") || requirement.source().equals("any");
  }

  private static Requirement in(String key, String value) {
    return Requirement.of("k8s:" + key, "In", Set.of(value));
  }

  /** The peer of a NetworkPolicy. */
  List<Selection> networkPeer(Map<String, Object> peer, String namespace) {
    if (peer.containsKey("ipBlock")) {
      return List.of(prefix(Yaml.map(peer, "ipBlock")));
    }
    if (peer.isEmpty()) {
      return List.of();
    }
    Set<Requirement> requirements = Requirement.of(Yaml.map(peer, "podSelector"), "k8s:");
    inCluster(requirements);
    if (!peer.containsKey("namespaceSelector")) {
      requirements.add(in(NAMESPACE, namespace));
    } else if (Yaml.map(peer, "namespaceSelector").isEmpty()) {
      requirements.add(Requirement.of("k8s:" + NAMESPACE, "Exists", Set.of()));
    } else {
      requirements.addAll(
          Requirement.of(Yaml.map(peer, "namespaceSelector"), "k8s:" + NAMESPACE_LABEL));
    }
    return List.of(new Selection.Labels(requirements));
  }

  List<Selection> entity(String entity) {
    return switch (entity) {
      case "all" -> List.of(new Selection.Any());
      case "world" -> List.of(reserved("world"), reserved("world-ipv4"), reserved("world-ipv6"));
      case "cluster" -> {
        List<Selection> all =
            OF_CLUSTER.stream().map(Selections::reserved).collect(Collectors.toList());
        all.add(new Selection.Labels(Set.of(in(CLUSTER, cluster))));
        yield all;
      }
      default -> List.of(reserved(entity));
    };
  }

  private static Selection reserved(String name) {
    return new Selection.Labels(Set.of(Requirement.of("reserved:" + name, "In", Set.of(""))));
  }

  Selection cidrRule(Map<String, Object> rule) {
    if (rule.containsKey("cidr")) {
      return prefix(rule);
    }
    String name = Yaml.text(rule, "cidrGroupRef");
    Set<Requirement> requirements = Requirement.of(Yaml.map(rule, "cidrGroupSelector"), "");
    List<String> prefixes = new ArrayList<>();
    for (Map<String, Object> group : parties.objects("CiliumCIDRGroup")) {
      List<Label> labels = new ArrayList<>();
      Yaml.map(group, "metadata", "labels")
          .forEach((key, value) -> labels.add(new Label("cidrgroup", key, String.valueOf(value))));
      boolean meant =
          rule.containsKey("cidrGroupRef")
              ? Yaml.text(group, "metadata", "name").equals(name)
              : requirements.stream().allMatch(each -> each.holds(labels));
      if (meant) {
        Yaml.list(group, "spec", "externalCIDRs")
            .forEach(prefix -> prefixes.add(String.valueOf(prefix)));
      }
    }
    return new Selection.Groups(name + requirements, prefixes);
  }

  private static Selection prefix(Map<String, Object> rule) {
    List<String> except = new ArrayList<>();
    Yaml.list(rule, "except").forEach(prefix -> except.add(String.valueOf(prefix)));
    return new Selection.Prefix(Yaml.text(rule, "cidr"), except);
  }

  Selection learned(Map<String, Object> selector) {
    String pattern = Names.pattern(selector);
    Set<String> names = new LinkedHashSet<>();
    for (String name : fqdns.keySet()) {
      if (Names.matches(pattern, name)) {
        names.add(name);
      }
    }
    return new Selection.Learned(selector.toString(), fqdns, names);
  }

  /** What stands behind the services meant: pods by their labels, or addresses. */
  List<Selection> service(Map<String, Object> reference) {
    List<Selection> behind = new ArrayList<>();
    for (Map<String, Object> service : parties.objects("Service")) {
      if (!meant(reference, service)) {
        continue;
      }
      String namespace = Yaml.text(service, "metadata", "namespace");
      Map<String, Object> selector = Yaml.map(service, "spec", "selector");
      if (!selector.isEmpty()) {
        Set<Requirement> requirements = Requirement.of(Map.of("matchLabels", selector), "k8s:");
        requirements.add(in(NAMESPACE, namespace));
        inCluster(requirements);
        behind.add(new Selection.Labels(requirements));
        continue;
      }
      for (String address : addresses(service)) {
        String length = address.contains(":") ? "/128" : "/32";
        behind.add(new Selection.Prefix(address + length, List.of()));
      }
    }
    return behind;
  }

  private static boolean meant(Map<String, Object> reference, Map<String, Object> service) {
    boolean bySelector = reference.containsKey("k8sServiceSelector");
    Map<String, Object> by = Yaml.map(reference, bySelector ? "k8sServiceSelector" : "k8sService");
    String namespace = Yaml.text(by, "namespace");
    if (!namespace.isEmpty() && !namespace.equals(Yaml.text(service, "metadata", "namespace"))) {
      return false;
    }
    if (!bySelector) {
      return Yaml.text(by, "serviceName").equals(Yaml.text(service, "metadata", "name"));
    }
    List<Label> labels = new ArrayList<>();
    Yaml.map(service, "metadata", "labels")
        .forEach((key, value) -> labels.add(new Label("k8s", key, String.valueOf(value))));
    return Requirement.of(Yaml.map(by, "selector"), "").stream()
        .allMatch(each -> each.holds(labels));
  }

  /** The addresses of a service's endpoints. */
  List<String> addresses(Map<String, Object> service) {
    List<String> addresses = new ArrayList<>();
    for (Map<String, Object> slice : parties.objects("EndpointSlice")) {
      String of = Yaml.text(slice, "metadata", "labels", "kubernetes.io/service-name");
      if (Yaml.text(slice, "metadata", "namespace")
              .equals(Yaml.text(service, "metadata", "namespace"))
          && of.equals(Yaml.text(service, "metadata", "name"))) {
        for (Object endpoint : Yaml.list(slice, "endpoints")) {
          Yaml.list(endpoint, "addresses").forEach(each -> addresses.add(String.valueOf(each)));
        }
      }
    }
    return addresses;
  }
}
