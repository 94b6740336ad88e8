package io.sluice.xds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;
import io.grpc.ManagedChannel;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.sluice.cilium.NetworkPolicy;
import io.sluice.v1.Enforcement;
import io.sluice.xds.crd.Rejection;
import io.sluice.xds.source.WorldFolder;
import io.sluice.xds.stream.DiscoveryServer;
import io.sluice.xds.stream.ScriptedProxy;
import io.sluice.xds.translate.Resources;
import io.sluice.xds.world.Warning;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole way: from files in a folder to resources at a proxy. */
class ControlPlaneIT {
  private static final String PODS =
      """
      apiVersion: v1
      kind: Node
      metadata: {name: n1}
      status: {addresses: [{type: InternalIP, address: 192.0.2.1}, {type: Hostname, address: n1}]}
      ---
      apiVersion: v1
      kind: Pod
      metadata:
        name: server
        labels: {app: myService}
        annotations: {sluice.io/interface: lxc1}
      status: {podIPs: [{ip: 10.0.0.1}, {ip: "fd00::1"}]}
      ---
      apiVersion: v1
      kind: Pod
      metadata: {name: client, labels: {app: frontend}}
      status: {podIP: 10.0.0.2}
      """;

  @TempDir Path folder;
  private ControlPlane plane;
  private DiscoveryServer server;
  private ManagedChannel channel;
  private ScriptedProxy proxy;

  @BeforeEach
  void start() throws Exception {
    Files.writeString(folder.resolve("pods.yaml"), PODS);
    Files.copy(Path.of("src/test/resources/examples/l7-rule.yaml"), folder.resolve("policy.yaml"));
    plane = new ControlPlane(new WorldFolder(folder));
    assertThat(plane.nodeNames()).containsExactly("n1");
    assertThat(plane.status().ready()).isFalse();
    String name = "control-plane-" + folder.getFileName();
    server = DiscoveryServer.inProcess(name, plane.service());
    channel = InProcessChannelBuilder.forName(name).build();
    proxy = new ScriptedProxy(channel);
    proxy.subscribe(Resources.HOSTS_TYPE);
    proxy.subscribe(Resources.POLICY_TYPE);
    plane.start("n1");
  }

  @AfterEach
  void stop() {
    channel.shutdownNow();
    server.close();
    plane.close();
  }

  private NetworkPolicy policy(DiscoveryResponse response) throws Exception {
    assertThat(response.getTypeUrl()).isEqualTo(Resources.POLICY_TYPE);
    return response.getResources(0).unpack(NetworkPolicy.class);
  }

  @Test
  void aPolicyReachesTheProxyAndSoDoesItsEdit() throws Exception {
    assertThat(proxy.nextAccepted().getTypeUrl()).isEqualTo(Resources.HOSTS_TYPE);
    NetworkPolicy first = policy(proxy.nextAccepted());
    assertThat(first.getEndpoint().getName()).isEqualTo("server");
    assertThat(first.getIngressPerPortPolicies(1).getRules(0).getHttpRules().getHttpRulesCount())
        .isEqualTo(3);
    assertThat(plane.status()).isEqualTo(new ControlPlaneStatus(true, List.of(), List.of()));

    Path file = folder.resolve("policy.yaml");
    Files.writeString(file, Files.readString(file).replace("\"80\"", "\"81\""));
    NetworkPolicy second = policy(proxy.nextAccepted());
    assertThat(second.getIngressPerPortPolicies(1).getPort()).isEqualTo(81);

    Files.delete(file);
    assertThat(policy(proxy.nextAccepted()).getEndpoint().getIngress())
        .isEqualTo(Enforcement.ENFORCEMENT_NONE);
  }

  @Test
  void aBrokenEditChangesNothingButTheStatus() throws Exception {
    proxy.nextAccepted();
    proxy.nextAccepted();
    Path file = folder.resolve("policy.yaml");
    String good = Files.readString(file);

    Files.writeString(file, good.replace("path:", "paht:"));
    await().until(() -> plane.status().rejected().size() == 1);
    assertThat(plane.status().rejected().getFirst())
        .isEqualTo(
            new Rejection(
                "policy.yaml:12",
                "CiliumNetworkPolicy",
                "default",
                "l7-rule",
                "spec.ingress[0].toPorts[0].rules.http[0].paht",
                "unknown field; expected one of headerMatches, headers, host, method, path",
                true));

    Files.writeString(file, good + "\n  : : [");
    await().until(() -> plane.status().rejected().getFirst().kind().isEmpty());
    assertThat(plane.status().rejected().getFirst().source()).startsWith("policy.yaml:1");
    assertThat(plane.status().rejected().getFirst().lastGood()).isTrue();
    assertThat(proxy.silentFor(Duration.ofMillis(300))).isTrue();

    Files.writeString(file, good);
    await().until(() -> plane.status().rejected().isEmpty());
    assertThat(proxy.silentFor(Duration.ofMillis(300))).isTrue();
  }

  @Test
  void whatTheProxyRefusesIsShown() throws Exception {
    proxy.nextAccepted();
    proxy.nack(proxy.next(), "no\nway");
    await().until(() -> !plane.status().warnings().isEmpty());
    assertThat(plane.status().warnings())
        .extracting(Warning::reason)
        .containsExactly(
            "the proxy refused version 1 of type.googleapis.com/cilium.NetworkPolicy"
                + " and keeps the last good one: no?way");
  }
}
