package io.sluice.xds.resolve;

import io.sluice.xds.crd.Admission;
import io.sluice.xds.source.FixedWorld;
import io.sluice.xds.world.LearnedNames;
import io.sluice.xds.world.PeerSelector;
import io.sluice.xds.world.Settings;
import io.sluice.xds.world.World;
import java.net.InetAddress;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Two namespaces, two nodes, a few services and learned names; and who may reach whom in it. */
final class SmallCluster {
  private static final String OBJECTS =
      """
      apiVersion: v1
      kind: List
      items:
        - {apiVersion: v1, kind: Node, metadata: {name: n1, labels: {role: worker}}, status: {addresses: [{type: InternalIP, address: 192.0.2.1}]}}
        - {apiVersion: v1, kind: Node, metadata: {name: n2, labels: {role: control}}, status: {addresses: [{type: InternalIP, address: 192.0.2.2}]}}
        - {apiVersion: v1, kind: Namespace, metadata: {name: prod, labels: {team: a}}}
        - {apiVersion: v1, kind: Namespace, metadata: {name: dev, labels: {team: b}}}
        - {apiVersion: v1, kind: Pod, metadata: {name: api, namespace: prod, labels: {app: api, app.kubernetes.io/name: api}}, spec: {containers: [{ports: [{name: http, containerPort: 8080}]}]}, status: {podIP: 10.0.0.1}}
        - {apiVersion: v1, kind: Pod, metadata: {name: web, namespace: prod, labels: {app: web}}, spec: {containers: [{ports: [{name: http, containerPort: 8081}]}]}, status: {podIP: 10.0.0.2}}
        - {apiVersion: v1, kind: Pod, metadata: {name: web, namespace: dev, labels: {app: web}}, spec: {containers: [{ports: [{name: http, containerPort: 9090}, {name: http, containerPort: 53, protocol: UDP}]}]}, status: {podIP: 10.0.0.3}}
        - {apiVersion: v1, kind: Pod, metadata: {name: onhost, namespace: dev, labels: {app: web}}, spec: {hostNetwork: true}, status: {podIP: 192.0.2.2}}
        - {apiVersion: v1, kind: Service, metadata: {name: web, namespace: dev, labels: {tier: front}}, spec: {selector: {app: web}, clusterIP: 10.96.0.1}}
        - {apiVersion: v1, kind: Service, metadata: {name: outside, namespace: prod, labels: {tier: back}}, spec: {clusterIP: 10.96.0.2}}
        - {apiVersion: discovery.k8s.io/v1, kind: EndpointSlice, metadata: {name: outside-1, namespace: prod, labels: {kubernetes.io/service-name: outside}}, addressType: IPv4, endpoints: [{addresses: [203.0.113.7]}], ports: [{port: 443}]}
        - {apiVersion: cilium.io/v2, kind: CiliumCIDRGroup, metadata: {name: office, labels: {kind: partner}}, spec: {externalCIDRs: [198.51.100.0/24]}}
      """;

  /** What name servers answered. */
  static final LearnedNames NAMES =
      selector -> matches(selector) ? List.of(InetAddress.ofLiteral("203.0.113.9")) : List.of();

  private final Resolver resolver = new Resolver();
  private final Settings settings;
  private World world = World.EMPTY;

  SmallCluster(Settings settings) {
    this.settings = settings;
  }

  SmallCluster() {
    this(Settings.defaults("n1").knowing(NAMES));
  }

  private static boolean matches(PeerSelector.Fqdn selector) {
    return selector.exact()
        ? selector.pattern().equals("db.example.com")
        : selector.pattern().equals("*.example.com");
  }

  /** Takes other policies, or whatever else is added, for those there were; all must be valid. */
  SmallCluster become(String... added) {
    Admission.Result admitted =
        new Admission()
            .admit(
                FixedWorld.manifests("w.yaml", OBJECTS + "---\n" + String.join("\n---\n", added)));
    if (!admitted.rejected().isEmpty()) {
      throw new IllegalArgumentException(admitted.rejected().toString());
    }
    world = admitted.world();
    resolver.update(world, settings);
    return this;
  }

  /** What policies say of a pod. */
  EndpointRules endpoint(String pod) {
    return resolver.endpoint(
        world.pods().stream()
            .filter(each -> each.fullName().equals(pod))
            .findFirst()
            .orElseThrow());
  }

  /** What policies say of a node. */
  EndpointRules node(String name) {
    return resolver.host(
        world.nodes().stream().filter(each -> each.name().equals(name)).findFirst().orElseThrow());
  }

  /** How the rules of a direction judge peers, see {@link PeerJudge}. */
  String judge(@Nullable List<Rule> rules, String peer, String port) {
    return new PeerJudge(resolver).judge(rules, peer, port);
  }

  /** The same for several peers, as {@code peer=verdict} in the order asked. */
  String judgeAll(@Nullable List<Rule> rules, List<String> peers, String port) {
    return peers.stream()
        .map(peer -> peer + "=" + judge(rules, peer, port))
        .collect(Collectors.joining(" "));
  }
}
