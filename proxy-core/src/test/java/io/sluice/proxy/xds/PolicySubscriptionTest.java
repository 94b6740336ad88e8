package io.sluice.proxy.xds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import io.envoyproxy.envoy.service.discovery.v3.AggregatedDiscoveryServiceGrpc;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.stub.StreamObserver;
import io.sluice.cilium.NetworkPolicy;
import io.sluice.cilium.NetworkPolicyHosts;
import io.sluice.cilium.PortNetworkPolicy;
import io.sluice.proxy.policy.CurrentPolicy;
import io.sluice.proxy.policy.PolicySnapshot;
import io.sluice.proxy.policy.compile.PolicyCompiler;
import io.sluice.proxy.policy.compile.Rejection;
import java.net.InetAddress;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The subscription against a control plane that says exactly what each test has it say. */
class PolicySubscriptionTest {
  private static final String POLICIES = "type.googleapis.com/cilium.NetworkPolicy";
  private static final String IDENTITIES = "type.googleapis.com/cilium.NetworkPolicyHosts";

  private final String address = UUID.randomUUID().toString();
  private final Script script = new Script();
  private final CurrentPolicy current = new CurrentPolicy(PolicyCompiler.EMPTY);
  private final ManagedChannel channel = InProcessChannelBuilder.forName(address).build();
  private final PolicySubscription subscription =
      new PolicySubscription(
          channel,
          PolicySubscription.nodeId("10.0.0.1", "n1"),
          new PolicyCompiler(List.of()),
          current,
          _ -> {});
  private Server server;

  @BeforeEach
  void start() throws Exception {
    server = serve();
    subscription.start();
  }

  @AfterEach
  void stop() {
    subscription.close();
    channel.shutdownNow();
    server.shutdownNow();
  }

  @Test
  void subscribesToBothTypesAndNamesTheNodeOnce() throws Exception {
    DiscoveryRequest first = script.next();
    DiscoveryRequest second = script.next();
    assertThat(first.getTypeUrl()).isEqualTo(IDENTITIES);
    assertThat(first.getNode().getId()).isEqualTo("host~10.0.0.1~n1~localdomain");
    assertThat(second.getTypeUrl()).isEqualTo(POLICIES);
    assertThat(second.hasNode()).isFalse();
    assertThat(List.of(first.getVersionInfo(), first.getResponseNonce())).containsOnly("");
  }

  @Test
  void theFirstSnapshotWaitsForBothTypes() throws Exception {
    script.skip(2);
    script.send(POLICIES, "1", policy(1));
    assertAck(script.next(), POLICIES, "1");
    assertThat(current.get().version()).isZero();
    assertThat(subscription.status().complete()).isFalse();

    script.send(IDENTITIES, "1", identity(300, "10.9.9.9"));
    assertAck(script.next(), IDENTITIES, "1");
    assertThat(current.get().version()).isEqualTo(1);
    assertThat(current.get().endpoints()).hasSize(1);
    assertThat(current.get().peer(InetAddress.ofLiteral("10.9.9.9")).identity()).isEqualTo(300);
    await().until(() -> subscription.status().complete() && subscription.status().connected());
  }

  @Test
  void aBadResourceIsRefusedByNameAndTheOthersApply() throws Exception {
    bothTypes();
    script.send(POLICIES, "2", policy(1), policy(2), bad(3));
    DiscoveryRequest nack = script.next();
    assertThat(nack.getVersionInfo()).isEqualTo("1");
    assertThat(nack.getResponseNonce()).isEqualTo("n2");
    assertThat(nack.getErrorDetail().getCode()).isEqualTo(3);
    assertThat(nack.getErrorDetail().getMessage()).contains("3").contains("endpoint_ips");
    assertThat(current.get().endpoints()).hasSize(3);
    await()
        .untilAsserted(
            () ->
                assertThat(subscription.status().policies().rejected())
                    .extracting(Rejection::resource)
                    .containsExactly("3"));

    script.send(POLICIES, "3", policy(1));
    assertAck(script.next(), POLICIES, "3");
    await().until(() -> subscription.status().policies().rejected().isEmpty());
  }

  @Test
  void anUnreadableResponseChangesNothing() throws Exception {
    bothTypes();
    long version = current.get().version();
    Any garbage =
        Any.newBuilder()
            .setTypeUrl(POLICIES)
            .setValue(ByteString.copyFrom(new byte[] {(byte) 0xff, 1}))
            .build();
    script.send(POLICIES, "2", List.of(Any.pack(policy(2)), garbage));
    assertNack(script.next(), "1", "resources[1] is unreadable");
    script.send(POLICIES, "3", identity(300, "10.9.9.9"));
    assertNack(script.next(), "1", "resources[0] is a ");
    script.send(POLICIES, "4", policy(0));
    assertNack(script.next(), "1", "endpoint_id is 0");
    script.send("type.googleapis.com/other", "5", policy(0));
    assertNack(script.next(), "", "not subscribed");
    assertThat(current.get().version()).isEqualTo(version);
    assertThat(current.get().endpoints()).hasSize(1);
  }

  @Test
  void thePolicyStaysWhileTheControlPlaneIsGoneAndIsAskedForAnewAfterwards() throws Exception {
    bothTypes();
    PolicySnapshot before = current.get();
    server.shutdownNow().awaitTermination();
    await().until(() -> !subscription.status().connected());
    assertThat(current.get()).isSameAs(before);

    server = serve();
    DiscoveryRequest first = script.next();
    assertThat(first.getNode().getId()).startsWith("host~");
    assertThat(first.getVersionInfo()).isEmpty();
    script.skip(1);
    script.send(POLICIES, "1", policy(1), policy(2));
    assertAck(script.next(), POLICIES, "1");
    assertThat(current.get().version()).isEqualTo(before.version() + 1);
    assertThat(current.get().endpoints()).hasSize(2);
    await().until(() -> subscription.status().connected());
  }

  @Test
  void aStreamThatTheServerEndsIsOpenedAgain() throws Exception {
    bothTypes();
    script.responses.onCompleted();
    assertThat(script.next().getNode().getId()).startsWith("host~");
  }

  private void bothTypes() throws Exception {
    script.skip(2);
    script.send(IDENTITIES, "1", identity(300, "10.9.9.9"));
    script.send(POLICIES, "1", policy(1));
    script.skip(2);
    assertThat(current.get().endpoints()).hasSize(1);
  }

  private Server serve() throws Exception {
    return InProcessServerBuilder.forName(address).addService(script).build().start();
  }

  private static void assertAck(DiscoveryRequest request, String type, String version) {
    assertThat(request.hasErrorDetail()).isFalse();
    assertThat(request.getTypeUrl()).isEqualTo(type);
    assertThat(request.getVersionInfo()).isEqualTo(version);
    assertThat(request.getResponseNonce()).isEqualTo("n" + version);
  }

  private static void assertNack(DiscoveryRequest request, String version, String reason) {
    assertThat(request.getVersionInfo()).isEqualTo(version);
    assertThat(request.getErrorDetail().getMessage()).contains(reason);
  }

  private static NetworkPolicy policy(long id) {
    return NetworkPolicy.newBuilder()
        .setEndpointId(id)
        .addEndpointIps("10.0.0." + id)
        .addIngressPerPortPolicies(PortNetworkPolicy.newBuilder().setPort(80))
        .build();
  }

  private static NetworkPolicy bad(long id) {
    return policy(id).toBuilder().setEndpointIps(0, "nowhere").build();
  }

  private static NetworkPolicyHosts identity(long number, String prefix) {
    return NetworkPolicyHosts.newBuilder().setPolicy(number).addHostAddresses(prefix).build();
  }

  /** The control plane: keeps what it is asked, says what it is told to. */
  private static final class Script
      extends AggregatedDiscoveryServiceGrpc.AggregatedDiscoveryServiceImplBase {
    private final BlockingQueue<DiscoveryRequest> requests = new LinkedBlockingQueue<>();
    private volatile StreamObserver<DiscoveryResponse> responses;

    @Override
    public StreamObserver<DiscoveryRequest> streamAggregatedResources(
        StreamObserver<DiscoveryResponse> observer) {
      responses = observer;
      return new StreamObserver<>() {
        @Override
        public void onNext(DiscoveryRequest request) {
          requests.add(request);
        }

        @Override
        public void onError(Throwable cause) {}

        @Override
        public void onCompleted() {
          observer.onCompleted();
        }
      };
    }

    DiscoveryRequest next() throws InterruptedException {
      DiscoveryRequest request = requests.poll(10, TimeUnit.SECONDS);
      assertThat(request).as("a request within 10 s").isNotNull();
      return request;
    }

    void skip(int count) throws InterruptedException {
      for (int i = 0; i < count; i++) {
        next();
      }
    }

    void send(String type, String version, Message... resources) {
      send(type, version, Stream.of(resources).map(Any::pack).toList());
    }

    void send(String type, String version, List<Any> resources) {
      responses.onNext(
          DiscoveryResponse.newBuilder()
              .setTypeUrl(type)
              .setVersionInfo(version)
              .setNonce("n" + version)
              .addAllResources(resources)
              .build());
    }
  }
}
