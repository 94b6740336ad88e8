package io.sluice.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.sluice.http.raw.CasePolicy;
import io.sluice.http.raw.LocalProxy;
import io.sluice.http.raw.RawCase;
import io.sluice.http.raw.RawClient;
import io.sluice.proxy.accept.Transport;
import io.sluice.proxy.spi.Flow;
import io.sluice.proxy.spi.Flow.Outcome;
import io.sluice.proxy.spi.Limits;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;

/** Audit changes nothing on the wire and says exactly what enforcing would have refused. */
@Timeout(60)
class AuditIT {
  private static final String OK = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";
  private static final String ALLOWED = "GET /public/x HTTP/1.1\r\nHost: h\r\n\r\n";
  private static final String DENIED = "GET /secret HTTP/1.1\r\nHost: h\r\n\r\n";

  private ServerSocket server;
  private LocalProxy proxy;

  @BeforeEach
  void start() throws IOException {
    server = new ServerSocket(0, 50, InetAddress.ofLiteral("127.0.0.1"));
    server.setSoTimeout(5_000);
    proxy = new LocalProxy(Transport.best(), Limits.DEFAULTS, CasePolicy.audited());
    proxy.leadTo((InetSocketAddress) server.getLocalSocketAddress());
  }

  @AfterEach
  void stop() throws IOException {
    proxy.close();
    server.close();
  }

  @TestFactory
  Stream<DynamicNode> everyCasePassesByteForByte() {
    return RawCase.FILES.stream()
        .filter(file -> !file.equals("response"))
        .flatMap(
            file ->
                RawCase.load(file).stream()
                    .map(one -> dynamicTest(file + ": " + one.name(), () -> passes(one))));
  }

  private void passes(RawCase one) throws IOException {
    proxy.flows().clear();
    byte[] answer = bytes("\0anything\r\n\r\n\u00ff");
    try (RawClient client = proxy.connect();
        Socket upstream = server.accept()) {
      client.send(one.send());
      assertThat(text(upstream.getInputStream().readNBytes(one.send().length)))
          .isEqualTo(text(one.send()));
      assertThat(proxy.flows()).as("a flow for each request").allMatch(flow -> isKnown(flow));
      long refusals = one.denials() + Math.min(1, one.rejections());
      assertThat(proxy.flows(Outcome.AUDIT)).as("AUDIT flows").hasSize((int) refusals);
      upstream.getOutputStream().write(answer);
      client.readBytes(answer.length);
      assertThat(client.received()).isEqualTo(answer);
    }
  }

  private static boolean isKnown(Flow flow) {
    return flow.type() == Flow.Type.REQUEST
        && (flow.verdict() == Outcome.AUDIT || flow.verdict() == Outcome.FORWARDED);
  }

  @Test
  void aRequestThatWouldBeDeniedIsAnsweredAndNamesItsRules() throws IOException {
    try (RawClient client = proxy.connect();
        Socket upstream = server.accept()) {
      for (String request : List.of(DENIED, ALLOWED)) {
        exchange(client, upstream, request);
      }
    }
    assertThat(proxy.flows())
        .extracting(Flow::type, Flow::verdict)
        .containsExactly(
            tuple(Flow.Type.REQUEST, Outcome.AUDIT),
            tuple(Flow.Type.RESPONSE, Outcome.FORWARDED),
            tuple(Flow.Type.REQUEST, Outcome.FORWARDED),
            tuple(Flow.Type.RESPONSE, Outcome.FORWARDED));
    Flow audit = proxy.flows().peek();
    assertThat(audit.reason()).isEqualTo("no rule matches");
    assertThat(audit.nearestMisses().getFirst().origin().policy())
        .isEqualTo("default/raw-socket-cases");
    assertThat(audit.http().url()).isEqualTo("http://h/secret");
  }

  @Test
  void aDenialIsNotFollowedByMoreAboutTheSameRequest() throws IOException {
    try (RawClient client = proxy.connect();
        Socket upstream = server.accept()) {
      client.send(bytes(DENIED));
      upstream.getInputStream().readNBytes(DENIED.length());
      upstream.getOutputStream().write(bytes("no HTTP at all\r\n\r\n"));
      client.readBytes(18);
    }
    assertThat(proxy.flows()).extracting(Flow::verdict).containsExactly(Outcome.AUDIT);
  }

  @Test
  void aServerMaySpeakFirst() throws IOException {
    try (RawClient client = proxy.connect();
        Socket upstream = server.accept()) {
      upstream.getOutputStream().write(bytes("220 mail\r\n"));
      client.readBytes(10);
      assertThat(text(client.received())).isEqualTo("220 mail\r\n");
      client.send(bytes("EHLO x\r\n"));
      assertThat(text(upstream.getInputStream().readNBytes(8))).isEqualTo("EHLO x\r\n");
    }
    Flow only = proxy.flows(Outcome.AUDIT).getFirst();
    assertThat(proxy.flows()).containsExactly(only);
    assertThat(only.rule().policy()).isEqualTo("default/raw-socket-cases");
    assertThat(only.reason()).contains("request line");
  }

  @Test
  void eachEndIsPassedOn() throws IOException {
    try (RawClient client = proxy.connect();
        Socket upstream = server.accept()) {
      client.send(bytes(DENIED));
      client.sendFin();
      assertThat(text(upstream.getInputStream().readAllBytes())).isEqualTo(DENIED);
      upstream.getOutputStream().write(bytes("HTTP/1.1 200 OK\r\n\r\nto the end"));
      upstream.shutdownOutput();
      client.readToEnd();
      assertThat(client.end()).isEqualTo("closed");
      assertThat(text(client.received())).endsWith("to the end");
    }
    assertThat(proxy.flows())
        .extracting(Flow::verdict)
        .containsExactly(Outcome.AUDIT, Outcome.FORWARDED);
  }

  @Test
  void framesOfAWebSocketAreNoRequests() throws IOException {
    String handshake =
        "GET /public/ws HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n";
    String granted =
        "HTTP/1.1 101 S\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n\u0081\u0000";
    try (RawClient client = proxy.connect();
        Socket upstream = server.accept()) {
      client.send(bytes(handshake));
      upstream.getInputStream().readNBytes(handshake.length());
      upstream.getOutputStream().write(bytes(granted));
      client.readBytes(granted.length());
      client.send(bytes("\u0081\u0000frames"));
      assertThat(upstream.getInputStream().readNBytes(8)).isEqualTo(bytes("\u0081\u0000frames"));
    }
    assertThat(proxy.flows(Outcome.AUDIT)).isEmpty();
  }

  @Test
  void oncePolicyIsEnforcedNothingPassesUnjudged() throws IOException {
    try (RawClient client = proxy.connect();
        Socket upstream = server.accept()) {
      exchange(client, upstream, DENIED);
      proxy.swap(CasePolicy.all());
      client.send(bytes(DENIED));
      client.readToEnd();
      assertThat(client.end()).isEqualTo("reset");
      upstream.setSoTimeout(5_000);
      assertThat(endsWithoutAByte(upstream)).isTrue();
    }
    try (RawClient client = proxy.connect()) {
      client.send(bytes(DENIED));
      client.readAnswers(1, false);
      assertThat(client.statuses(false)).containsExactly(403);
    }
    assertThat(proxy.flows(Outcome.DENIED)).hasSize(1);
  }

  @Test
  void whereRulesAreEnforcedTooTheyDecideAlone() throws IOException {
    proxy.swap(
        CasePolicy.audited(
            path -> path.startsWith("/public"), path -> !path.startsWith("/public")));
    try (RawClient client = proxy.connect()) {
      client.send(bytes(ALLOWED));
      try (Socket upstream = server.accept()) {
        assertThat(text(upstream.getInputStream().readNBytes(ALLOWED.length()))).isEqualTo(ALLOWED);
        upstream.getOutputStream().write(bytes(OK));
        client.readAnswers(1, false);
      }
    }
    assertThat(proxy.flows(Outcome.AUDIT)).hasSize(1);
    proxy.flows().clear();
    try (RawClient client = proxy.connect()) {
      client.send(bytes("GET /role/x HTTP/1.1\r\nHost: h\r\nX-Role: admin\r\n\r\n"));
      client.send(bytes("malformed\r\n\r\n"));
      client.readToEnd();
      assertThat(client.statuses(false)).containsExactly(403, 400);
    }
    assertThat(proxy.flows())
        .extracting(Flow::verdict)
        .containsExactly(Outcome.DENIED, Outcome.MALFORMED);
    assertThat(proxy.flows().peek().reason()).contains("without audit it would be allowed");
  }

  private void exchange(RawClient client, Socket upstream, String request) throws IOException {
    int before = client.received().length;
    client.send(bytes(request));
    assertThat(text(upstream.getInputStream().readNBytes(request.length()))).isEqualTo(request);
    upstream.getOutputStream().write(bytes(OK));
    client.readBytes(before + OK.length());
  }

  private static boolean endsWithoutAByte(Socket socket) {
    try {
      return socket.getInputStream().read() < 0;
    } catch (IOException reset) {
      return true;
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }
}
