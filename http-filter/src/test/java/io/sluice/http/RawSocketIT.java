package io.sluice.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.netty.buffer.ByteBufUtil;
import io.sluice.http.raw.CasePolicy;
import io.sluice.http.raw.RawCase;
import io.sluice.http.raw.RawClient;
import io.sluice.http.raw.RecordingServer;
import io.sluice.proxy.accept.Transport;
import io.sluice.proxy.origin.Origin;
import io.sluice.proxy.pipeline.Proxy;
import io.sluice.proxy.pipeline.ProxyConfig;
import io.sluice.proxy.policy.CurrentPolicy;
import io.sluice.proxy.policy.Direction;
import io.sluice.proxy.spi.Flow;
import io.sluice.proxy.spi.Limits;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;

/**
 * Plays every case of {@code cases/*.yaml} through the real proxy: the client sees exactly the
 * answers it must, and the server receives exactly the bytes that were judged, or nothing.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RawSocketIT {
  private static final byte[] PROBE =
      "GET /public/probe HTTP/1.1\r\nHost: probe\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1);
  private static final byte[] PING = {'p', 'i', 'n', 'g'};
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final Queue<Flow> flows = new ConcurrentLinkedQueue<>();
  private final Queue<String> leaks = new ConcurrentLinkedQueue<>();
  private Proxy proxy;
  private InetSocketAddress entrance;
  private volatile InetSocketAddress destination;

  @BeforeAll
  void start() throws IOException {
    ByteBufUtil.setLeakListener((type, records) -> leaks.add(type + records));
    proxy =
        new Proxy(
            ProxyConfig.local(
                    Limits.DEFAULTS, (remote, local, self) -> new Origin(remote, destination))
                .on(Transport.best()),
            new CurrentPolicy(CasePolicy.all()),
            List.of(new HttpFilter()),
            flows::add);
    entrance = proxy.bind().getFirst().address();
  }

  @AfterAll
  void stop() {
    await().atMost(PATIENCE).until(() -> proxy.counters().open(Direction.INGRESS) == 0);
    assertThat(proxy.counters().faults()).isZero();
    proxy.close();
    System.gc();
    assertThat(leaks).isEmpty();
  }

  @TestFactory
  Stream<DynamicNode> cases() {
    return RawCase.FILES.stream()
        .flatMap(
            file ->
                RawCase.load(file).stream()
                    .map(one -> dynamicTest(file + ": " + one.name(), () -> play(one))));
  }

  private void play(RawCase one) throws IOException {
    boolean head = new String(one.send(), StandardCharsets.ISO_8859_1).startsWith("HEAD ");
    try (RecordingServer server = new RecordingServer(one.answer(), one.server())) {
      destination = server.address();
      try (RawClient client = new RawClient(entrance)) {
        client.send(one.send());
        byte[] extra = {};
        switch (one.then()) {
          case "closed", "reset" -> client.readToEnd();
          default -> client.readAnswers(one.expect().size(), head);
        }
        assertThat(client.statuses(head)).as("status codes").isEqualTo(one.expect());
        if (one.client() != null && !one.then().equals("tunnel")) {
          assertThat(text(client.received())).isEqualTo(text(one.client()));
        }
        if (one.then().equals("open")) {
          extra = PROBE;
          client.send(PROBE);
          client.readAnswers(one.expect().size() + 1, head);
        } else if (one.then().equals("tunnel")) {
          extra = PING;
          int before = client.received().length;
          client.send(PING);
          client.readBytes(before + PING.length);
          assertThat(text(client.received())).endsWith("ping");
        }
        assertThat(client.end())
            .as("end of the connection")
            .isEqualTo(one.then().equals("tunnel") ? "open" : one.then());
        assertReceived(server, text(one.upstream()) + text(extra));
        assertFlows(one, client.port());
      }
    }
  }

  private static void assertReceived(RecordingServer server, String expected) {
    if (!expected.isEmpty()) {
      await()
          .atMost(PATIENCE)
          .pollInterval(Duration.ofMillis(2))
          .until(() -> server.received().length >= expected.length());
    }
    assertThat(text(server.received())).as("what the server received").isEqualTo(expected);
  }

  private void assertFlows(RawCase one, int port) {
    assertThat(requests(port, Flow.Outcome.DENIED)).as("DENIED flows").isEqualTo(one.denials());
    assertThat(requests(port, Flow.Outcome.MALFORMED))
        .as("MALFORMED flows")
        .isEqualTo(one.rejections());
    flows.clear();
  }

  private long requests(int port, Flow.Outcome outcome) {
    return flows.stream()
        .filter(flow -> flow.connection().client().getPort() == port)
        .filter(flow -> flow.type() == Flow.Type.REQUEST && flow.verdict() == outcome)
        .count();
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }
}
