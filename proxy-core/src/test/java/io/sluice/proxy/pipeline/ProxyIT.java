package io.sluice.proxy.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import io.sluice.proxy.accept.Listener;
import io.sluice.proxy.accept.Transport;
import io.sluice.proxy.origin.Origin;
import io.sluice.proxy.policy.CurrentPolicy;
import io.sluice.proxy.policy.Direction;
import io.sluice.proxy.policy.FixedSnapshot;
import io.sluice.proxy.policy.PeerPolicy;
import io.sluice.proxy.spi.Flow;
import io.sluice.proxy.spi.Limits;
import io.sluice.proxy.spi.Refusal;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** The whole proxy with real sockets on loopback, on each transport. */
@ParameterizedClass
@EnumSource(Transport.class)
@Timeout(30)
class ProxyIT {
  @Parameter Transport transport;

  private final PassThroughFilter filter = new PassThroughFilter();
  private final Queue<Flow> flows = new ConcurrentLinkedQueue<>();
  private final CurrentPolicy policy =
      new CurrentPolicy(FixedSnapshot.of(1, local("127.0.0.1"), FixedSnapshot.inspected("http")));
  private ServerSocket server;
  private Proxy proxy;
  private Listener listener;

  @BeforeEach
  void start() throws IOException {
    assertThat(transport.available()).as("this machine has " + transport).isTrue();
    server = new ServerSocket(0, 50, local("127.0.0.1"));
    start(Limits.DEFAULTS);
  }

  private void start(Limits limits) throws IOException {
    if (proxy != null) {
      proxy.close();
    }
    InetSocketAddress destination = (InetSocketAddress) server.getLocalSocketAddress();
    proxy =
        new Proxy(
            ProxyConfig.local(limits, (remote, local, self) -> new Origin(remote, destination))
                .on(transport),
            policy,
            List.of(filter),
            flows::add);
    listener = proxy.bind().getFirst();
  }

  @AfterEach
  void stop() throws IOException {
    proxy.close();
    server.close();
    assertThat(proxy.counters().open(Direction.INGRESS)).isZero();
    if (!filter.throwing) {
      assertThat(proxy.counters().faults()).isZero();
    }
  }

  @Test
  void passesBytesBothWaysFromTheClientsOwnAddress() throws IOException {
    try (Socket client = client("127.0.0.9")) {
      send(client, "GET / ping");
      try (Socket upstream = server.accept()) {
        assertThat(upstream.getInetAddress()).isEqualTo(local("127.0.0.9"));
        assertThat(receive(upstream, 10)).isEqualTo("GET / ping");
        send(upstream, "pong");
        assertThat(receive(client, 4)).isEqualTo("pong");
        assertThat(proxy.counters().open(Direction.INGRESS)).isOne();
      }
    }
    await().until(() -> proxy.counters().open(Direction.INGRESS) == 0);
  }

  @Test
  void passesEachFinByItself() throws IOException {
    try (Socket client = client("127.0.0.1")) {
      send(client, "ask");
      client.shutdownOutput();
      try (Socket upstream = server.accept()) {
        assertThat(upstream.getInputStream().readAllBytes()).isEqualTo(bytes("ask"));
        send(upstream, "answer");
        upstream.shutdownOutput();
        assertThat(client.getInputStream().readAllBytes()).isEqualTo(bytes("answer"));
      }
      await().until(() -> proxy.counters().open(Direction.INGRESS) == 0);
    }
  }

  @Test
  void keepsTheClientsWayOpenAfterTheServersFin() throws IOException {
    try (Socket client = client("127.0.0.1")) {
      send(client, "ask");
      try (Socket upstream = server.accept()) {
        upstream.shutdownOutput();
        assertThat(client.getInputStream().read()).isEqualTo(-1);
        send(client, "-more");
        client.shutdownOutput();
        assertThat(upstream.getInputStream().readAllBytes()).isEqualTo(bytes("ask-more"));
      }
    }
    await().until(() -> proxy.counters().open(Direction.INGRESS) == 0);
  }

  @Test
  void passesAResetOfTheServerOn() throws IOException {
    try (Socket client = client("127.0.0.1")) {
      send(client, "ask");
      Socket upstream = server.accept();
      receive(upstream, 3);
      upstream.setSoLinger(true, 0);
      upstream.close();
      assertReset(client);
    }
    await().until(() -> filter.closed.contains("reset"));
  }

  @Test
  void passesAResetOfTheClientOn() throws IOException {
    Socket client = client("127.0.0.1");
    send(client, "ask");
    try (Socket upstream = server.accept()) {
      receive(upstream, 3);
      client.setSoLinger(true, 0);
      client.close();
      assertReset(upstream);
    }
    await().until(() -> filter.closed.size() == 1);
  }

  @Test
  void resetsTheClientWhenTheServerRefuses() throws IOException {
    server.close();
    try (Socket client = client("127.0.0.1")) {
      send(client, "ask");
      assertReset(client);
    }
    assertThat(filter.closed).containsExactly("refused");
  }

  @Test
  void resetsAPeerThatMayNotConnectBeforeAnyByte() throws IOException {
    policy.swap(snapshot(FixedSnapshot.denied()));
    try (Socket client = client("127.0.0.1")) {
      assertReset(client);
    }
    Flow flow = await().until(flows::peek, f -> f != null);
    assertThat(flow.type()).isEqualTo(Flow.Type.CONNECTION);
    assertThat(flow.verdict()).isEqualTo(Flow.Outcome.DENIED);
    assertThat(flow.reason()).isEqualTo("no rule allows this peer");
    assertThat(proxy.counters().refusals(Direction.INGRESS, Refusal.POLICY)).isOne();
    assertNothingArrived();
  }

  @Test
  void resetsAConnectionToAnUnknownEndpoint() throws IOException {
    policy.swap(FixedSnapshot.of(2, local("127.0.0.77"), FixedSnapshot.allowed()));
    try (Socket client = client("127.0.0.1")) {
      assertReset(client);
    }
    assertThat(proxy.counters().refusals(Direction.INGRESS, Refusal.UNKNOWN_ENDPOINT)).isOne();
    assertNothingArrived();
  }

  @Test
  void refusesHttp2AndTlsOnAPortWithHttpRules() throws IOException {
    byte[][] starts = {bytes("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), {22, 3, 1, 0, 5}};
    for (byte[] start : starts) {
      try (Socket client = client("127.0.0.1")) {
        client.getOutputStream().write(start);
        assertReset(client);
      }
    }
    assertThat(flows)
        .extracting(Flow::reason)
        .containsExactly(
            "the first bytes are HTTP/2, the port's rules are for http",
            "the first bytes are TLS, the port's rules are for http");
    assertThat(proxy.counters().refusals(Direction.INGRESS, Refusal.PROTOCOL)).isEqualTo(2);
    assertNothingArrived();
  }

  /** At once: no byte of it could make a difference. */
  @Test
  void refusesWhatNoFilterCanJudge() throws IOException {
    for (String protocol : List.of("grpc", "kafka")) {
      policy.swap(snapshot(FixedSnapshot.inspected(protocol)));
      try (Socket client = client("127.0.0.1")) {
        assertReset(client);
      }
    }
    assertThat(flows)
        .extracting(Flow::verdict, Flow::reason)
        .containsExactly(
            tuple(Flow.Outcome.DENIED, "the port's rules are for grpc, which can't be judged here"),
            tuple(
                Flow.Outcome.DENIED, "the port's rules are for kafka, which can't be judged here"));
    assertThat(proxy.counters().refusals(Direction.INGRESS, Refusal.PROTOCOL)).isEqualTo(2);
    assertThat(filter.connections).isEmpty();
    assertNothingArrived();
  }

  @Test
  void givesAStalledStartOfAPrefaceToTheFilter() throws IOException {
    try (Socket client = client("127.0.0.1")) {
      send(client, "PRI ");
      try (Socket upstream = server.accept()) {
        assertThat(receive(upstream, 4)).isEqualTo("PRI ");
      }
    }
  }

  @Test
  void relaysWhatNeedsNoParsingAtOnce() throws IOException {
    policy.swap(snapshot(FixedSnapshot.allowed()));
    try (Socket client = client("127.0.0.1");
        Socket upstream = server.accept()) {
      send(upstream, "220 server first");
      assertThat(receive(client, 16)).isEqualTo("220 server first");
    }
    assertThat(filter.connections).isEmpty();
  }

  @Test
  void resetsARelayedConnectionWhoseRequestsMustNowBeJudged() throws IOException {
    policy.swap(snapshot(FixedSnapshot.allowed()));
    try (Socket client = client("127.0.0.1");
        Socket upstream = server.accept()) {
      policy.swap(snapshot(FixedSnapshot.inspected("http")));
      client.setSoTimeout(1000);
      upstream.setSoTimeout(1000);
      assertReset(client);
      assertReset(upstream);
    }
  }

  @Test
  void resetsAnOpenConnectionWithinASecondOfItsPeerBeingDenied() throws IOException {
    try (Socket client = client("127.0.0.1")) {
      send(client, "ask");
      try (Socket upstream = server.accept()) {
        receive(upstream, 3);
        policy.swap(snapshot(FixedSnapshot.denied()));
        client.setSoTimeout(1000);
        upstream.setSoTimeout(1000);
        assertReset(client);
        assertReset(upstream);
      }
    }
    assertThat(flows).singleElement().extracting(Flow::verdict).isEqualTo(Flow.Outcome.DENIED);
  }

  @Test
  void resetsAnIdleConnectionOfADeniedPeer() throws IOException {
    try (Socket client = client("127.0.0.1")) {
      await().until(() -> proxy.counters().open(Direction.INGRESS) == 1);
      policy.swap(snapshot(FixedSnapshot.denied()));
      client.setSoTimeout(1000);
      assertReset(client);
    }
  }

  @Test
  void leavesConnectionsThatAreStillAllowedAlone() throws IOException {
    try (Socket idle = client("127.0.0.1");
        Socket busy = client("127.0.0.1")) {
      send(busy, "ask");
      try (Socket upstream = server.accept()) {
        receive(upstream, 3);
        policy.swap(snapshot(FixedSnapshot.inspected("http")));
        policy.swap(snapshot(FixedSnapshot.allowed()));
        policy.swap(snapshot(FixedSnapshot.inspected("http")));
        send(upstream, "answer");
        assertThat(receive(busy, 6)).isEqualTo("answer");
      }
      send(idle, "first");
      try (Socket upstream = server.accept()) {
        assertThat(receive(upstream, 5)).isEqualTo("first");
      }
    }
    assertThat(flows).isEmpty();
  }

  @Test
  void refusesMoreConnectionsThanOneEndpointMayHave() throws IOException {
    start(bounds(2, 100, Duration.ofHours(1)));
    try (Socket first = client("127.0.0.1");
        Socket second = client("127.0.0.1")) {
      await().until(() -> proxy.counters().open(Direction.INGRESS) == 2);
      try (Socket third = client("127.0.0.1")) {
        assertReset(third);
      }
      assertThat(proxy.counters().refusals(Direction.INGRESS, Refusal.ENDPOINT_LIMIT)).isOne();
      send(second, "still served");
      try (Socket upstream = server.accept()) {
        assertThat(receive(upstream, 12)).isEqualTo("still served");
      }
      assertThat(first.isConnected()).isTrue();
    }
    await().until(() -> proxy.counters().open(Direction.INGRESS) == 0);
  }

  @Test
  void refusesMoreConnectionsThanItMayHaveInAll() throws IOException {
    start(bounds(100, 1, Duration.ofHours(1)));
    try (Socket first = client("127.0.0.1")) {
      await().until(() -> proxy.counters().open(Direction.INGRESS) == 1);
      try (Socket second = client("127.0.0.1")) {
        assertReset(second);
      }
      assertThat(first.isConnected()).isTrue();
    }
    assertThat(proxy.counters().refusals(Direction.INGRESS, Refusal.TOTAL_LIMIT)).isOne();
  }

  @Test
  void endsAConnectionThatHasBeenIdleForTooLong() throws IOException {
    start(bounds(100, 100, Duration.ofMillis(300)));
    try (Socket client = client("127.0.0.1")) {
      assertReset(client);
    }
  }

  @Test
  void resetsTheConnectionWhenTheFilterFails() throws IOException {
    filter.throwing = true;
    try (Socket client = client("127.0.0.1")) {
      send(client, "ask");
      assertReset(client);
    }
    assertThat(proxy.counters().faults()).isOne();
  }

  @Test
  void drainsIdleConnectionsAtOnceAndTheRestWhenPatienceEnds() throws IOException {
    try (Socket idle = client("127.0.0.1");
        Socket busy = client("127.0.0.1")) {
      send(busy, "ask");
      try (Socket upstream = server.accept()) {
        receive(upstream, 3);
        assertThat(proxy.drain(Duration.ofMillis(500))).isFalse();
        assertThat(idle.getInputStream().read()).isEqualTo(-1);
        assertReset(busy);
        assertThatThrownBy(() -> client("127.0.0.1")).isInstanceOf(SocketException.class);
      }
    }
  }

  @Test
  void drainsAtOnceWhenNothingIsInProgress() throws IOException {
    try (Socket idle = client("127.0.0.1")) {
      await().until(() -> proxy.counters().open(Direction.INGRESS) == 1);
      assertThat(proxy.drain(Duration.ofSeconds(20))).isTrue();
      assertThat(idle.getInputStream().read()).isEqualTo(-1);
    }
  }

  @Test
  void listensInBothDirectionsOnBothFamilies() throws IOException {
    List<Listener> all = proxy.bind();
    assertThat(all).allMatch(one -> one.fd() > 2 && one.address().getAddress().isLoopbackAddress());
    assertThat(all.stream().map(one -> one.direction() + " " + one.family()))
        .containsExactly("INGRESS INET", "INGRESS INET6", "EGRESS INET", "EGRESS INET6");
  }

  private static Limits bounds(int perEndpoint, int total, Duration idle) {
    Limits d = Limits.DEFAULTS;
    return new Limits(
        d.requestLineBytes(),
        d.headerBytes(),
        d.headerFields(),
        d.headerTimeout(),
        d.drainBytes(),
        idle,
        d.connectTimeout(),
        perEndpoint,
        total);
  }

  private static FixedSnapshot snapshot(PeerPolicy strangers) {
    return FixedSnapshot.of(2, local("127.0.0.1"), strangers);
  }

  private Socket client(String from) throws IOException {
    Socket socket = new Socket();
    socket.bind(new InetSocketAddress(local(from), 0));
    socket.setSoTimeout(10_000);
    socket.connect(listener.address());
    return socket;
  }

  private void assertNothingArrived() throws IOException {
    server.setSoTimeout(1);
    assertThatThrownBy(server::accept).isInstanceOf(java.net.SocketTimeoutException.class);
  }

  private static void assertReset(Socket socket) {
    assertThatThrownBy(() -> socket.getInputStream().read())
        .isInstanceOf(SocketException.class)
        .hasMessageContaining("reset");
  }

  private static InetAddress local(String address) {
    return new InetSocketAddress(address, 0).getAddress();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static void send(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(bytes(text));
  }

  private static String receive(Socket socket, int length) throws IOException {
    socket.setSoTimeout(10_000);
    InputStream in = socket.getInputStream();
    return new String(in.readNBytes(length), StandardCharsets.US_ASCII);
  }
}
