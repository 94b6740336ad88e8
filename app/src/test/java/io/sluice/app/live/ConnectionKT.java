package io.sluice.app.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.app.lab.AgentProcess;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What happens on one connection: many verdicts, a policy that changes, a tunnel. */
class ConnectionKT {
  private static final Duration ONE_SECOND = Duration.ofSeconds(1);

  /** A change is taken when writes have rested for 100 ms, and enforced within a second of that. */
  private static final Duration EDIT_LIMIT = Duration.ofMillis(1_100);

  private static final String TUNNEL_RULE =
      LiveNode.L7_RULE
          .replace("\"80\"", "\"8080\"")
          .replace("name: l7-rule", "name: tunnel-rule")
          .replace("/public/.*", "/socket");

  private static LiveNode node;
  private static RawServer sockets;
  private static AgentProcess agent;

  /** The policies that are in force. */
  private static final Map<String, String> written = new HashMap<>();

  @BeforeAll
  static void raise() {
    node = new LiveNode();
    node.world.write("tunnel.yaml", TUNNEL_RULE);
    written.put("policy.yaml", LiveNode.L7_RULE);
    written.put("tunnel.yaml", TUNNEL_RULE);
    sockets =
        node.opening(
            RawServer.start(
                node.server.network(),
                8080,
                socket -> {
                  RawServer.readHead(socket.getInputStream());
                  socket
                      .getOutputStream()
                      .write(
                          RawServer.bytes(
                              "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
                                  + "Connection: Upgrade\r\n\r\n"));
                  socket.getInputStream().transferTo(socket.getOutputStream());
                }));
    agent = node.startAgent();
  }

  @AfterAll
  static void remove() throws Exception {
    node.close();
  }

  @BeforeEach
  void restorePolicy() {
    edit("policy.yaml", LiveNode.L7_RULE);
    edit("tunnel.yaml", TUNNEL_RULE);
  }

  /** Edits a policy; it must be in force in time. */
  private static void edit(String file, String text) {
    if (text.equals(written.put(file, text))) {
      return;
    }
    long before = policyVersion();
    node.world.write(file, text);
    await()
        .atMost(EDIT_LIMIT)
        .pollInterval(Duration.ofMillis(20))
        .until(() -> policyVersion() > before);
  }

  private static long policyVersion() {
    return Long.parseLong(
        agent.admin("/status").body().replaceAll("(?s).*\"policyVersion\":(\\d+).*", "$1"));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void carriesAllowedAndDeniedRequestsInAnyOrder(boolean v6) throws IOException {
    List<Integer> statuses = new ArrayList<>();
    try (RawConnection connection = node.connect(node.frontend, node.server, v6)) {
      for (int i = 0; i < 20; i++) {
        statuses.add(connection.status(i % 3 == 0 ? "DELETE" : "GET", "/api/v1/data"));
      }
    }
    List<Integer> expected = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      expected.add(i % 3 == 0 ? 403 : 200);
    }
    assertThat(statuses).isEqualTo(expected);
  }

  @Test
  void answersPipelinedRequestsInOrder() throws IOException {
    String allowed = RawConnection.request("GET", "/api/v1/data");
    String denied = RawConnection.request("GET", "/secret");
    try (RawConnection connection = node.connect(node.frontend, node.server, false)) {
      connection.send(allowed + denied + denied + allowed + denied);
      List<Integer> statuses = new ArrayList<>();
      for (int i = 0; i < 5; i++) {
        statuses.add(connection.read(false).status());
      }
      assertThat(statuses).containsExactly(200, 403, 403, 200, 403);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void policyEditFlipsTheNextRequest(boolean v6) throws IOException {
    try (RawConnection connection = node.connect(node.frontend, node.server, v6)) {
      assertThat(connection.status("GET", "/public/x")).isEqualTo(200);
      edit("policy.yaml", LiveNode.L7_RULE.replace("/public/.*", "/other/.*"));
      assertThat(connection.status("GET", "/public/x")).isEqualTo(403);
      assertThat(connection.status("GET", "/other/x")).isEqualTo(200);
      edit("policy.yaml", LiveNode.L7_RULE);
      assertThat(connection.status("GET", "/public/x")).isEqualTo(200);
    }
  }

  @Test
  void brokenEditChangesNothingButTheStatus() throws IOException {
    try (RawConnection connection = node.connect(node.frontend, node.server, false)) {
      for (String broken :
          List.of(
              "not: [yaml",
              LiveNode.L7_RULE.replace("/public/.*", "/public/("),
              LiveNode.L7_RULE.replace("toPorts", "toPortz"))) {
        node.world.write("policy.yaml", broken);
        await()
            .atMost(Duration.ofSeconds(3))
            .until(() -> agent.admin("/status").body().contains("policy.yaml"));
        assertThat(agent.admin("/status").body()).contains("\"lastGood\":true");
        assertThat(connection.status("GET", "/public/x")).isEqualTo(200);
        assertThat(connection.status("DELETE", "/public/x")).isEqualTo(403);
        node.world.write("policy.yaml", LiveNode.L7_RULE);
        await()
            .atMost(Duration.ofSeconds(3))
            .until(() -> !agent.admin("/status").body().contains("policy.yaml"));
      }
    }
  }

  @Test
  void peerThatIsNoLongerAllowedLosesItsConnection() throws IOException {
    try (RawConnection connection = node.connect(node.frontend, node.server, false)) {
      assertThat(connection.status("GET", "/public/x")).isEqualTo(200);
      edit("policy.yaml", LiveNode.L7_RULE.replace("app: frontend", "app: nobody"));
      connection.readTimeout(ONE_SECOND);
      connection.awaitEnd();
    }
    int before = node.web.seen().size();
    for (boolean v6 : new boolean[] {false, true}) {
      assertThat(node.noByte(node.frontend, node.server, v6)).isTrue();
    }
    assertThat(node.web.seen()).hasSize(before);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void tunnelPassesBytesAndEndsWhenItIsNoLongerAllowed(boolean v6) throws IOException {
    String client = v6 ? node.frontend.ipv6() : node.frontend.ipv4();
    String server = v6 ? node.server.ipv6() : node.server.ipv4();
    try (RawConnection tunnel = RawConnection.open(node.frontend.network(), client, server, 8080)) {
      RawConnection.Answer answer =
          tunnel.ask(
              RawConnection.request(
                  "GET",
                  "/socket",
                  "Upgrade: websocket",
                  "Connection: Upgrade",
                  "Sec-WebSocket-Version: 13",
                  "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="));
      assertThat(answer.status()).isEqualTo(101);
      byte[] frame = {(byte) 0x82, 3, 1, 2, 3};
      echo(tunnel.in(), tunnel.out(), frame);
      edit("tunnel.yaml", TUNNEL_RULE.replace("/socket", "/elsewhere"));
      tunnel.readTimeout(ONE_SECOND);
      tunnel.awaitEnd();
    }
    await().atMost(ONE_SECOND).until(() -> sockets.open() == 0);
  }

  private static void echo(InputStream in, OutputStream out, byte[] bytes) throws IOException {
    out.write(bytes);
    out.flush();
    assertThat(in.readNBytes(bytes.length)).isEqualTo(bytes);
  }
}
