package io.sluice.xds;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Any;
import io.sluice.cilium.NetworkPolicy;
import io.sluice.cilium.NetworkPolicyHosts;
import io.sluice.http.match.HttpRuleCompiler;
import io.sluice.proxy.policy.Direction;
import io.sluice.proxy.policy.EndpointPolicy;
import io.sluice.proxy.policy.NameSelector;
import io.sluice.proxy.policy.Permit;
import io.sluice.proxy.policy.PolicySnapshot;
import io.sluice.proxy.policy.compile.PolicyCompiler;
import io.sluice.proxy.policy.rule.Protocol;
import io.sluice.xds.crd.Admission;
import io.sluice.xds.resolve.Resolver;
import io.sluice.xds.source.FixedWorld;
import io.sluice.xds.translate.Resources;
import io.sluice.xds.world.Settings;
import io.sluice.xds.world.World;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the control plane says, the proxy accepts and takes to mean the same. */
class AcceptedByTheProxyTest {
  private final PolicyCompiler compiler = new PolicyCompiler(List.of(new HttpRuleCompiler()));

  static List<String> worlds() throws Exception {
    return WorldsTest.worlds();
  }

  private PolicySnapshot snapshot(String yaml) throws Exception {
    World world = new Admission().admit(FixedWorld.manifests("w.yaml", yaml)).world();
    Resolver resolver = new Resolver();
    resolver.update(world, Settings.defaults("n1"));
    Resources resources = new Resources();
    List<NetworkPolicy> policies = new ArrayList<>();
    for (Any any : resources.policies(resolver.local(new ArrayList<>()))) {
      policies.add(any.unpack(NetworkPolicy.class));
    }
    List<NetworkPolicyHosts> hosts = new ArrayList<>();
    for (Any any : resources.hosts(resolver.identities().all())) {
      hosts.add(any.unpack(NetworkPolicyHosts.class));
    }
    assertThat(compiler.replaceIdentities(hosts)).isEmpty();
    assertThat(compiler.replacePolicies(policies))
        .allSatisfy(refused -> assertThat(refused.reason()).contains("endpoint_ips is empty"));
    return compiler.snapshot();
  }

  @ParameterizedTest
  @MethodSource("worlds")
  void everyResourceIsAccepted(String world) throws Exception {
    snapshot(Files.readString(Path.of("src/test/resources/worlds", world + ".yaml")));
  }

  @Test
  void whoMayConnectIsTheSameOnBothSides() throws Exception {
    PolicySnapshot snapshot =
        snapshot(Files.readString(Path.of("src/test/resources/worlds/peers.yaml")));
    InetAddress one = InetAddress.ofLiteral("10.0.0.1");
    int[][] allowed = {
      // port, then host, world, unmanaged, remote node, and the pods one, three, two
      {1, 1, 0, 0, 0, 0, 1, 0},
      {2, 1, 1, 1, 1, 1, 1, 1},
      {3, 1, 0, 0, 0, 1, 1, 1},
      {5, 1, 0, 0, 0, 0, 1, 0},
      {7, 1, 0, 0, 0, 0, 1, 0},
      {8, 1, 1, 0, 1, 0, 1, 0},
      {9, 1, 0, 1, 1, 1, 1, 1},
      {10, 1, 1, 1, 1, 1, 1, 1},
      {12, 1, 0, 0, 0, 0, 1, 0},
    };
    int[] peers = {1, 2, 3, 6, 256, 257, 258};
    for (int[] row : allowed) {
      for (int i = 0; i < peers.length; i++) {
        boolean connects =
            snapshot
                    .endpoint(one)
                    .peer(Direction.INGRESS, Protocol.TCP, row[0], peers[i])
                    .connection()
                instanceof Permit;
        assertThat(connects)
            .as("port %s, identity %s", row[0], peers[i])
            .isEqualTo(row[i + 1] == 1);
      }
    }
  }

  @Test
  void whatAnFqdnSelectorSelectsHasOneIdentityFromThePolicyOn() throws Exception {
    PolicySnapshot snapshot =
        snapshot(
            """
            apiVersion: v1
            kind: Node
            metadata: {name: n1}
            ---
            apiVersion: v1
            kind: Namespace
            metadata: {name: shop}
            ---
            apiVersion: v1
            kind: Pod
            metadata:
              {name: a, namespace: shop, labels: {app: a}, annotations: {sluice.io/interface: lxc1}}
            spec: {nodeName: n1}
            status: {podIPs: [{ip: 10.0.0.1}]}
            ---
            apiVersion: cilium.io/v2
            kind: CiliumNetworkPolicy
            metadata: {name: names, namespace: shop}
            spec:
              endpointSelector: {matchLabels: {app: a}}
              egress:
                - toFQDNs: [{matchPattern: "*.example.com"}, {matchName: db.example.com}]
                - toFQDNs: [{matchPattern: "*.example.com"}]
            """);
    assertThat(snapshot.selectors())
        .extracting(NameSelector::pattern)
        .containsExactlyInAnyOrder("*.example.com", "db.example.com");
    assertThat(snapshot.prefixes()).noneMatch(prefix -> prefix.identity() >= 0x0200_0000);
    EndpointPolicy pod =
        Objects.requireNonNull(snapshot.endpoint(InetAddress.ofLiteral("10.0.0.1")));
    for (NameSelector selector : snapshot.selectors()) {
      assertThat(pod.peer(Direction.EGRESS, Protocol.TCP, 443, selector.identity()).connection())
          .isInstanceOf(Permit.class);
    }
  }
}
