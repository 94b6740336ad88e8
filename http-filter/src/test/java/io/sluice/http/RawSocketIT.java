package io.sluice.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.sluice.http.raw.CasePolicy;
import io.sluice.http.raw.LocalProxy;
import io.sluice.http.raw.RawCase;
import io.sluice.http.raw.RawClient;
import io.sluice.http.raw.RecordingServer;
import io.sluice.proxy.accept.Transport;
import io.sluice.proxy.spi.Flow;
import io.sluice.proxy.spi.Limits;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
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

  private LocalProxy proxy;

  @BeforeAll
  void start() throws IOException {
    proxy = new LocalProxy(Transport.best(), Limits.DEFAULTS, CasePolicy.all());
  }

  @AfterAll
  void stop() {
    proxy.close();
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
      proxy.leadTo(server.address());
      try (RawClient client = proxy.connect()) {
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
    proxy.flows().clear();
  }

  private long requests(int port, Flow.Outcome outcome) {
    return proxy.flows(outcome).stream()
        .filter(flow -> flow.connection().client().getPort() == port)
        .filter(flow -> flow.type() == Flow.Type.REQUEST)
        .count();
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }
}
