package io.sluice.xds.resolve;

import io.sluice.xds.crd.Admission;
import io.sluice.xds.source.FixedWorld;
import io.sluice.xds.world.LearnedNames;
import io.sluice.xds.world.Settings;
import io.sluice.xds.world.World;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * A small world that changes at random: pods come, go, are relabelled and quarrel about addresses,
 * as do namespaces, services, groups, learned names and policies. Policies never conflict, because
 * what an endpoint keeps in a conflict depends on what it had.
 */
final class RandomWorld {
  private static final int PODS = 6;
  private static final int POLICIES = 5;

  private static final List<String> SUBJECTS =
      List.of(
          "{}",
          "{matchLabels: {app: a}}",
          "{matchExpressions: [{key: app, operator: NotIn, values: [a]}]}");

  private static final List<String> RULES =
      List.of(
          "ingress: [{}]",
          "ingress: [{fromEndpoints: [{}]}]",
          "ingress: [{fromEndpoints: [{matchLabels: {app: a}}], toPorts: [{ports: [{port: '80',"
              + " protocol: TCP}], rules: {http: [{path: /a}]}}]}]",
          "ingress: [{fromEndpoints: [{matchLabels: {'k8s:io.cilium.k8s.namespace.labels.team':"
              + " a}}]}]",
          "ingress: [{fromEntities: [cluster], toPorts: [{ports: [{port: '80'}]}]}]",
          "ingress: [{fromEntities: [world]}], egress: [{toCIDR: [10.0.0.0/8]}]",
          "ingress: [{fromCIDRSet: [{cidr: 10.0.0.0/8, except: [10.1.0.0/16]}]}]",
          "ingressDeny: [{fromEndpoints: [{matchExpressions: [{key: app, operator: NotIn, values:"
              + " [a]}]}]}]",
          "ingress: [{fromCIDRSet: [{cidrGroupRef: g}]}], ingressDeny: [{fromCIDRSet:"
              + " [{cidrGroupSelector: {matchLabels: {kind: x}}}], toPorts: [{ports: [{port:"
              + " '81'}]}]}]",
          "ingress: [{toPorts: [{ports: [{port: http}]}]}]",
          "enableDefaultDeny: {ingress: false}, ingress: [{toPorts: [{ports: [{port: '80',"
              + " protocol: TCP}], rules: {http: [{path: /b}]}}]}]",
          "egress: [{toEndpoints: [{matchExpressions: [{key: app, operator: Exists}]}], toPorts:"
              + " [{ports: [{port: http}]}]}]",
          "egress: [{toServices: [{k8sService: {serviceName: s0}}]}]",
          "egress: [{toServices: [{k8sServiceSelector: {selector: {matchLabels: {tier: x}}}}],"
              + " toPorts: [{ports: [{port: '80'}]}]}]",
          "egress: [{toFQDNs: [{matchName: db.example.com}]}, {toFQDNs: [{matchPattern:"
              + " '*.example.com'}], toPorts: [{ports: [{port: '80'}]}]}]",
          "egressDeny: [{toCIDR: [10.1.0.0/16]}]",
          "egress: [{toEntities: [kube-apiserver, remote-node]}]",
          "egress: [{toEntities: [all], icmps: [{fields: [{type: 8}]}]}]");

  /** Peers to ask about whatever the world is; not all of them are always there. */
  static final List<String> ADDRESSES =
      List.of("10.1.0.7", "10.2.0.7", "203.0.113.9", "198.51.100.7", "192.0.2.1", "192.0.2.2");

  private final Random random;
  private final String[] namespaces = new String[3];
  private final String[] pods = new String[PODS];
  private final String[] policies = new String[POLICIES];
  private final String[] others = new String[3];
  private boolean learned;
  private String node = "n1";

  RandomWorld(long seed) {
    random = new Random(seed);
    for (int i = 0; i < 15; i++) {
      change();
    }
  }

  /** Changes one thing, or a few at once. */
  void change() {
    do {
      switch (random.nextInt(10)) {
        case 0 -> changeNamespace(random.nextInt(namespaces.length));
        case 1, 2, 3 -> changePod(random.nextInt(PODS));
        case 4, 5, 6 -> changePolicy(random.nextInt(POLICIES));
        case 7, 8 -> changeOther(random.nextInt(others.length));
        default -> {
          learned = random.nextBoolean();
          node = random.nextInt(4) == 0 ? "n2" : "n1";
        }
      }
    } while (random.nextInt(3) == 0);
  }

  private String of(String... choices) {
    return choices[random.nextInt(choices.length)];
  }

  private void changeNamespace(int i) {
    namespaces[i] =
        "{apiVersion: v1, kind: Namespace, metadata: {name: ns%d, labels: {team: %s}%s}}"
            .formatted(
                i, of("a", "b"), of("", "", ", annotations: {policy.sluice.io/audit: 'true'}"));
  }

  private void changePod(int i) {
    pods[i] =
        random.nextInt(4) == 0
            ? null
            : ("{apiVersion: v1, kind: Pod, metadata: {name: p%d, namespace: ns%d, labels: {app:"
                    + " %s}, annotations: {sluice.io/interface: lxc%d%s}}, spec: {containers:"
                    + " [{ports: [{name: %s, containerPort: %s}]}]}, status: {podIP: %s}}")
                .formatted(
                    i,
                    i % 3,
                    of("a", "a", "b", "c"),
                    i,
                    of("", "", "", ", policy.sluice.io/audit: 'true'"),
                    of("http", "http", "other"),
                    of("80", "8080"),
                    of("10.9.0." + i, "10.9.0." + i, "10.9.0.1", "192.0.2.2"));
  }

  private void changePolicy(int i) {
    policies[i] = random.nextInt(4) == 0 ? null : policy("p" + i, random.nextInt(4) == 0);
  }

  /** A policy of any kind. */
  String policy(String name, boolean audited) {
    boolean wide = random.nextInt(4) == 0;
    return """
    {apiVersion: cilium.io/v2, kind: %s, metadata: {name: %s%s%s}, spec: {endpointSelector: %s, %s}}
    """
        .formatted(
            wide ? "CiliumClusterwideNetworkPolicy" : "CiliumNetworkPolicy",
            name,
            wide ? "" : ", namespace: ns" + random.nextInt(3),
            audited ? ", annotations: {policy.sluice.io/audit: 'true'}" : "",
            SUBJECTS.get(random.nextInt(SUBJECTS.size())),
            RULES.get(random.nextInt(RULES.size())));
  }

  private void changeOther(int i) {
    others[i] =
        switch (i) {
          case 0 ->
              of(
                  null,
                  "{apiVersion: cilium.io/v2, kind: CiliumCIDRGroup, metadata: {name: g, labels:"
                      + " {kind: x}}, spec: {externalCIDRs: [198.51.100.0/24]}}",
                  "{apiVersion: cilium.io/v2, kind: CiliumCIDRGroup, metadata: {name: g}, spec:"
                      + " {externalCIDRs: [198.51.0.0/16, 10.2.0.0/16]}}");
          case 1 ->
              of(
                  null,
                  "{apiVersion: v1, kind: Service, metadata: {name: s0, namespace: ns0, labels:"
                      + " {tier: x}}, spec: {selector: {app: a}}}",
                  "{apiVersion: v1, kind: Service, metadata: {name: s0, namespace: ns1}, spec:"
                      + " {}}");
          default ->
              of(
                  null,
                  "{apiVersion: discovery.k8s.io/v1, kind: EndpointSlice, metadata: {name: e,"
                      + " namespace: ns1, labels: {kubernetes.io/service-name: s0}}, addressType:"
                      + " IPv4, endpoints: [{addresses: [203.0.113.9]}]}",
                  "{apiVersion: v1, kind: Service, metadata: {name: kubernetes, namespace:"
                      + " default}, spec: {}}\n---\n{apiVersion: discovery.k8s.io/v1, kind:"
                      + " EndpointSlice, metadata: {name: k, namespace: default, labels:"
                      + " {kubernetes.io/service-name: kubernetes}}, addressType: IPv4,"
                      + " endpoints: [{addresses: ["
                      + of("192.0.2.1", "192.0.2.2", "10.1.0.7")
                      + "]}]}");
        };
  }

  /** The world as it is, with more policies. */
  World world(String... more) {
    List<String> documents = new ArrayList<>();
    documents.add(
        """
        {apiVersion: v1, kind: List, items: [
          {apiVersion: v1, kind: Node, metadata: {name: n1}, status: {addresses: [{type: InternalIP, address: 192.0.2.1}]}},
          {apiVersion: v1, kind: Node, metadata: {name: n2}, status: {addresses: [{type: InternalIP, address: 192.0.2.2}]}}]}
        """);
    for (String[] all : List.of(namespaces, pods, policies, others, more)) {
      for (String document : all) {
        if (document != null) {
          documents.add(document);
        }
      }
    }
    Admission.Result admitted =
        new Admission().admit(FixedWorld.manifests("w.yaml", String.join("\n---\n", documents)));
    if (!admitted.rejected().isEmpty()) {
      throw new IllegalStateException(admitted.rejected().toString());
    }
    return admitted.world();
  }

  /** What the operator and the name servers say now. */
  Settings settings() {
    LearnedNames names =
        selector -> learned ? List.of(InetAddress.ofLiteral("203.0.113.9")) : List.of();
    return Settings.defaults(node).knowing(learned ? names : LearnedNames.NONE);
  }
}
