package io.sluice.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.http.raw.CasePolicy;
import io.sluice.http.raw.LocalProxy;
import io.sluice.http.raw.RawClient;
import io.sluice.http.raw.RecordingServer;
import io.sluice.proxy.accept.Transport;
import io.sluice.proxy.spi.Flow;
import io.sluice.proxy.spi.Limits;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What takes time or several steps: deadlines, policy changes, pressure, ends of either side. */
@ParameterizedClass
@EnumSource(Transport.class)
@Timeout(60)
class HttpRelayIT {
  private static final String OK = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";
  private static final Limits LIMITS =
      new Limits(
          16 * 1024,
          64 * 1024,
          200,
          Duration.ofMillis(500),
          64 * 1024,
          Duration.ofHours(1),
          Duration.ofSeconds(10),
          100,
          100);

  @Parameter Transport transport;

  private ServerSocket server;
  private LocalProxy proxy;

  @BeforeEach
  void start() throws IOException {
    server = new ServerSocket(0, 50, InetAddress.ofLiteral("127.0.0.1"));
    server.setSoTimeout(5_000);
    proxy = new LocalProxy(transport, LIMITS, CasePolicy.all());
    proxy.leadTo((InetSocketAddress) server.getLocalSocketAddress());
  }

  @AfterEach
  void stop() throws IOException {
    proxy.close();
    server.close();
  }

  @Test
  void aHeadThatDoesNotEndInTimeIsAnswered408() throws IOException {
    try (RawClient client = proxy.connect()) {
      client.send(bytes("GET /public/x HTTP/1.1\r\nHost: h\r\nX-Slow: "));
      client.readToEnd();
      assertThat(client.statuses(false)).containsExactly(408);
      assertThat(client.end()).isEqualTo("closed");
    }
    assertThat(outcomes()).containsExactly(Flow.Outcome.MALFORMED);
  }

  @Test
  void aConnectionBetweenRequestsHasNoHeadDeadline() throws IOException {
    try (RawClient client = proxy.connect()) {
      client.send(bytes(get("/public/1")));
      try (Socket upstream = server.accept()) {
        receive(upstream, get("/public/1"));
        send(upstream, OK);
        client.readAnswers(1, false);
        client.send(bytes("\r\n")); // as old clients do behind a body
        long quiet = System.nanoTime() + Duration.ofMillis(1200).toNanos();
        await().until(() -> System.nanoTime() > quiet);
        client.send(bytes(get("/public/2")));
        receive(upstream, get("/public/2"));
        send(upstream, OK);
        client.readAnswers(2, false);
        assertThat(client.statuses(false)).containsExactly(200, 200);
      }
    }
  }

  @Test
  void aPolicyChangeJudgesTheNextRequestOfAnOpenConnection() throws IOException {
    try (RawClient client = proxy.connect()) {
      client.send(bytes(get("/public/1")));
      try (Socket upstream = server.accept()) {
        receive(upstream, get("/public/1"));
        send(upstream, OK);
        client.readAnswers(1, false);
        proxy.swap(CasePolicy.only(path -> path.startsWith("/role")));
        client.send(bytes(get("/public/2")));
        client.readAnswers(2, false);
        proxy.swap(CasePolicy.all());
        client.send(bytes(get("/public/3")));
        receive(upstream, get("/public/3"));
        send(upstream, OK);
        client.readAnswers(3, false);
        assertThat(client.statuses(false)).containsExactly(200, 403, 200);
      }
    }
  }

  @Test
  void aRequestInProgressThatIsNoLongerAllowedEnds() throws IOException {
    try (RawClient client = proxy.connect()) {
      client.send(bytes(get("/public/1")));
      try (Socket upstream = server.accept()) {
        receive(upstream, get("/public/1"));
        send(upstream, "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\npart");
        client.readBytes(40);
        proxy.swap(CasePolicy.only(path -> path.startsWith("/role")));
        client.readToEnd();
        assertThat(client.end()).isEqualTo("reset");
        assertThat(isEnded(upstream)).isTrue();
      }
    }
  }

  @Test
  void aRequestInProgressThatIsStillAllowedGoesOn() throws IOException {
    try (RawClient client = proxy.connect()) {
      client.send(bytes(get("/public/1")));
      try (Socket upstream = server.accept()) {
        receive(upstream, get("/public/1"));
        proxy.swap(CasePolicy.only(path -> path.startsWith("/public")));
        send(upstream, OK);
        client.readAnswers(1, false);
        assertThat(client.statuses(false)).containsExactly(200);
      }
    }
  }

  @Test
  void aTunnelThatIsNoLongerAllowedEnds() throws IOException {
    String handshake =
        "GET /public/ws HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n";
    try (RawClient client = proxy.connect()) {
      client.send(bytes(handshake + "early"));
      try (Socket upstream = server.accept()) {
        receive(upstream, handshake);
        send(
            upstream,
            "HTTP/1.1 101 Switching\r\nUpgrade: websocket\r\nConnection: upgrade\r\n\r\nhi");
        receive(upstream, "early");
        client.readAnswers(1, false);
        proxy.swap(CasePolicy.only(path -> path.startsWith("/role")));
        client.readToEnd();
        assertThat(client.end()).isEqualTo("reset");
        assertThat(isEnded(upstream)).isTrue();
      }
    }
  }

  @Test
  void bytesBeforeAHandshakeIsGrantedReachNobody() throws IOException {
    String handshake =
        "GET /public/ws HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n";
    try (RawClient client = proxy.connect()) {
      client.send(bytes(handshake + get("/secret")));
      try (Socket upstream = server.accept()) {
        receive(upstream, handshake);
        send(upstream, OK);
        client.readAnswers(2, false);
        assertThat(client.statuses(false)).containsExactly(200, 403);
        assertThat(upstream.getInputStream().available()).isZero();
      }
    }
  }

  @Test
  void twoConnectionsOfOneClientShareNoUpstream() throws IOException {
    try (RecordingServer recorder = new RecordingServer(null, "")) {
      proxy.leadTo(recorder.address());
      try (RawClient one = proxy.connect();
          RawClient two = proxy.connect()) {
        for (int i = 1; i <= 3; i++) {
          for (RawClient client : List.of(one, two)) {
            client.send(bytes(get("/public/" + i)));
            client.readAnswers(i, false);
          }
        }
        assertThat(recorder.connections()).isEqualTo(2);
      }
    }
  }

  @Test
  void aServerThatRefusesResetsTheClient() throws IOException {
    server.close();
    try (RawClient client = proxy.connect()) {
      client.send(bytes(get("/public/1")));
      client.readToEnd();
      assertThat(client.end()).isEqualTo("reset");
      assertThat(client.received()).isEmpty();
    }
    assertThat(outcomes()).containsExactly(Flow.Outcome.FORWARDED, Flow.Outcome.ERROR);
  }

  @Test
  void aClientThatHasSentFinGetsItsAnswers() throws IOException {
    try (RawClient client = proxy.connect()) {
      client.send(bytes(get("/public/1") + get("/secret")));
      client.sendFin();
      try (Socket upstream = server.accept()) {
        receive(upstream, get("/public/1"));
        send(upstream, OK);
        client.readToEnd();
        assertThat(client.statuses(false)).containsExactly(200, 403);
        assertThat(client.end()).isEqualTo("closed");
      }
    }
  }

  @Test
  void aBodyThatIsCutOffIsNeverCompleteForTheServer() throws IOException {
    try (RawClient client = proxy.connect()) {
      client.send(
          bytes("POST /api/v1/upload HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\nabc"));
      try (Socket upstream = server.accept()) {
        receive(
            upstream, "POST /api/v1/upload HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\nabc");
        client.sendFin();
        assertThat(isEnded(upstream)).isTrue();
      }
    }
  }

  @Test
  void aBodyThatTurnsOutMalformedIsAnswered400() throws IOException {
    String head = "POST /api/v1/upload HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n";
    try (RawClient client = proxy.connect()) {
      client.send(bytes(head + "3\r\nabc\r\n"));
      try (Socket upstream = server.accept()) {
        receive(upstream, head + "3\r\nabc\r\n");
        client.send(bytes("3;\nabc\r\n"));
        client.readToEnd();
        assertThat(client.statuses(false)).containsExactly(400);
        assertThat(isEnded(upstream)).isTrue();
      }
    }
  }

  @Test
  void anEarlyAnswerPassesWhileTheBodyGoesOn() throws IOException {
    String head = "POST /api/v1/upload HTTP/1.1\r\nHost: h\r\nContent-Length: 6\r\n\r\n";
    try (RawClient client = proxy.connect()) {
      client.send(bytes(head + "abc"));
      try (Socket upstream = server.accept()) {
        receive(upstream, head + "abc");
        send(upstream, OK);
        client.readAnswers(1, false);
        client.send(bytes("def" + get("/public/2")));
        receive(upstream, "def" + get("/public/2"));
        send(upstream, OK);
        client.readAnswers(2, false);
        assertThat(client.statuses(false)).containsExactly(200, 200);
      }
    }
  }

  @Test
  void aServerThatLeavesBetweenRequestsEndsTheClient() throws IOException {
    try (RawClient client = proxy.connect()) {
      client.send(bytes(get("/public/1")));
      try (Socket upstream = server.accept()) {
        receive(upstream, get("/public/1"));
        send(upstream, OK);
        client.readAnswers(1, false);
      }
      client.readToEnd();
      assertThat(client.end()).isEqualTo("closed");
    }
  }

  @Test
  void drainingLetsTheRequestInFlightEnd() throws Exception {
    Thread drain;
    try (RawClient busy = proxy.connect()) {
      busy.send(bytes(get("/public/1")));
      try (Socket upstream = server.accept()) {
        receive(upstream, get("/public/1"));
        try (RawClient idle = proxy.connect()) {
          idle.send(bytes(get("/secret")));
          idle.readAnswers(1, false);
          drain = Thread.ofVirtual().start(() -> proxy.drain(Duration.ofSeconds(10)));
          idle.readToEnd();
          assertThat(idle.end()).isEqualTo("closed");
        }
        send(upstream, OK);
        busy.readToEnd();
        assertThat(busy.statuses(false)).containsExactly(200);
        assertThat(busy.end()).isEqualTo("closed");
      }
    }
    drain.join();
  }

  @Test
  void finishingEndsEachConnectionWithItsNextAnswerAndSaysSo() throws Exception {
    String open =
        "HTTP/1.1 200 OK\r\nKeep-Alive: timeout=5\r\nconnection: Keep-Alive\r\n"
            + "content-length: 2\r\n\r\nok";
    String closing = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\nConnection: close\r\n\r\nok";
    try (RawClient client = proxy.connect();
        RawClient denied = proxy.connect()) {
      denied.send(bytes(get("/secret")));
      denied.readAnswers(1, false);
      // The second is here already: it would have to be sent again after a close.
      client.send(bytes(get("/public/1") + get("/public/2")));
      try (Socket upstream = server.accept()) {
        receive(upstream, get("/public/1"));
        proxy.finish();
        int refused = askUntilClosed(denied);
        send(upstream, open);
        receive(upstream, get("/public/2"));
        send(upstream, open);
        client.readToEnd();
        assertThat(denied.statuses(false)).hasSize(refused).containsOnly(403);
      }
      assertThat(new String(client.received(), StandardCharsets.ISO_8859_1))
          .isEqualTo(open + closing);
      assertThat(client.end()).isEqualTo("closed");
    }
    try (RawClient late = proxy.connect()) {
      late.send(bytes(get("/public/3")));
      try (Socket upstream = server.accept()) {
        receive(upstream, get("/public/3"));
        send(upstream, open);
        late.readToEnd();
        assertThat(new String(late.received(), StandardCharsets.ISO_8859_1)).isEqualTo(closing);
      }
    }
  }

  @Test
  void largeBodiesPassBothWaysUnchanged() throws Exception {
    long size = 64L * 1024 * 1024;
    try (Socket client = new Socket()) {
      client.connect(proxy.entrance());
      Thread echo = Thread.ofVirtual().start(() -> echoBody(size));
      Thread sender =
          Thread.ofVirtual()
              .start(
                  () -> {
                    try {
                      send(
                          client,
                          "POST /api/v1/upload HTTP/1.1\r\nHost: h\r\nContent-Length: "
                              + size
                              + "\r\n\r\n");
                      pump(client.getOutputStream(), size);
                    } catch (IOException e) {
                      throw new IllegalStateException(e);
                    }
                  });
      InputStream in = client.getInputStream();
      assertThat(new String(in.readNBytes(70), StandardCharsets.ISO_8859_1)).contains("200 OK");
      assertThat(check(in, size)).isEqualTo(size);
      sender.join();
      echo.join();
    }
  }

  private void echoBody(long size) {
    try (Socket upstream = server.accept()) {
      InputStream in = upstream.getInputStream();
      byte[] head = new byte[4096];
      int at = 0;
      while (at < 4
          || !new String(head, at - 4, 4, StandardCharsets.ISO_8859_1).equals("\r\n\r\n")) {
        head[at++] = (byte) in.read();
      }
      String answer = "HTTP/1.1 200 OK\r\ncontent-length: " + size + "\r\nx: ";
      send(upstream, answer + "p".repeat(66 - answer.length()) + "\r\n\r\n");
      byte[] buffer = new byte[65536];
      for (long left = size; left > 0; ) {
        int n = in.read(buffer);
        upstream.getOutputStream().write(buffer, 0, n);
        left -= n;
      }
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void pump(OutputStream out, long size) throws IOException {
    byte[] block = new byte[65536];
    for (long sent = 0; sent < size; sent += block.length) {
      for (int i = 0; i < block.length; i++) {
        block[i] = (byte) ((sent + i) % 251);
      }
      out.write(block);
    }
  }

  private static long check(InputStream in, long size) throws IOException {
    byte[] buffer = new byte[65536];
    long at = 0;
    while (at < size) {
      int n = in.read(buffer, 0, (int) Math.min(buffer.length, size - at));
      if (n < 0) {
        return at;
      }
      for (int i = 0; i < n; i++) {
        if (buffer[i] != (byte) ((at + i) % 251)) {
          return at + i;
        }
      }
      at += n;
    }
    return at;
  }

  @Test
  void flowsNameTheRuleAndTheTime() throws IOException {
    try (RawClient client = proxy.connect()) {
      client.send(bytes(get("/public/1?q=1") + get("/secret")));
      try (Socket upstream = server.accept()) {
        receive(upstream, get("/public/1?q=1"));
        send(upstream, OK);
        client.readAnswers(2, false);
      }
    }
    Queue<Flow> flows = proxy.flows();
    assertThat(flows).hasSize(3);
    Flow request = flows.poll();
    assertThat(request.type()).isEqualTo(Flow.Type.REQUEST);
    assertThat(request.verdict()).isEqualTo(Flow.Outcome.FORWARDED);
    assertThat(request.rule().rule()).endsWith("http[0]");
    assertThat(request.http().url()).isEqualTo("http://h/public/1?q=1");
    assertThat(request.http().method()).isEqualTo("GET");
    assertThat(request.verdictNanos()).isPositive();
    Flow response = flows.poll();
    assertThat(response.type()).isEqualTo(Flow.Type.RESPONSE);
    assertThat(response.http().code()).isEqualTo(200);
    assertThat(response.latencyNanos()).isPositive();
    Flow denied = flows.poll();
    assertThat(denied.verdict()).isEqualTo(Flow.Outcome.DENIED);
    assertThat(denied.nearestMisses()).hasSize(5);
    assertThat(denied.nearestMisses().getFirst().field()).isEqualTo("path");
  }

  private List<Flow.Outcome> outcomes() {
    return proxy.flows().stream().map(Flow::verdict).toList();
  }

  private static String get(String path) {
    return "GET " + path + " HTTP/1.1\r\nHost: h\r\n\r\n";
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static void send(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(bytes(text));
    socket.getOutputStream().flush();
  }

  /**
   * Asks for what is denied until the answer ends the connection: the event loop of both has heard
   * by then that it is to finish. It may be told while it goes from one event to the next.
   *
   * @return how many answers there were, that before it included
   */
  private static int askUntilClosed(RawClient denied) throws IOException {
    int answers = 1;
    while (denied.end().equals("open")) {
      denied.send(bytes(get("/secret")));
      denied.readAnswers(++answers, false);
      if (new String(denied.received(), StandardCharsets.ISO_8859_1)
          .contains("connection: close")) {
        denied.readToEnd();
      }
    }
    assertThat(denied.end()).isEqualTo("closed");
    return answers;
  }

  private static void receive(Socket socket, String expected) throws IOException {
    socket.setSoTimeout(5_000);
    byte[] came = socket.getInputStream().readNBytes(expected.length());
    assertThat(new String(came, StandardCharsets.ISO_8859_1)).isEqualTo(expected);
  }

  private static boolean isEnded(Socket socket) throws IOException {
    socket.setSoTimeout(5_000);
    try {
      return socket.getInputStream().read() < 0;
    } catch (java.net.SocketException reset) {
      return true;
    }
  }
}
