package io.sluice.app.live;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.app.lab.Lab;
import io.sluice.app.lab.NetworkNamespace;
import io.sluice.app.lab.WebServer;
import java.io.IOException;
import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who may ask what, on the way into a pod, over both families and from every kind of peer. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class VerdictsKT {
  private final LiveNode node = new LiveNode();

  /** What the agent is started with. */
  String[] options() {
    return new String[0];
  }

  @BeforeAll
  void start() {
    node.opening(WebServer.start(node.server.network(), 81));
    node.startAgent(options());
  }

  /** How many are on the interface of an enforced pod. */
  int programs() {
    return 2;
  }

  @AfterAll
  void remove() throws Exception {
    node.close();
  }

  @ParameterizedTest
  @CsvSource({
    "GET,    /api/v1/data,     200",
    "GET,    /api/v1/database, 200",
    "GET,    /public/x,        200",
    "POST,   /api/v1/upload,   200",
    "DELETE, /api/v1/data,     403",
    "GET,    /public,          403",
    "GET,    /secret?x=/api/v1/data, 403",
    "HEAD,   /api/v1/data,     403",
    "GET,    /API/v1/data,     403",
  })
  void allowedPodIsJudgedRequestByRequest(String method, String path, int expected)
      throws IOException {
    for (boolean v6 : new boolean[] {false, true}) {
      judge(node.frontend.network(), source(v6), v6, method, path, expected);
    }
  }

  @ParameterizedTest
  @CsvSource({"GET, /api/v1/data, 200", "POST, /api/v1/upload, 200", "DELETE, /api/v1/data, 403"})
  void podOnAnotherNodeIsJudgedBehindTheUplink(String method, String path, int expected)
      throws IOException {
    judge(node.lab.outside(), Lab.REMOTE_POD_V4, false, method, path, expected);
    judge(node.lab.outside(), Lab.REMOTE_POD_V6, true, method, path, expected);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void pathsThatClimbOutAreNotServed(boolean v6) throws IOException {
    int before = node.web.seen().size();
    try (RawConnection connection = node.connect(node.frontend, node.server, v6)) {
      assertThat(connection.status("GET", "//api/v1/data/../../secret")).isIn(400, 403);
    }
    assertThat(node.web.seen()).hasSize(before);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whoNoRuleAllowsGetsNoByte(boolean v6) {
    int before = node.web.seen().size();
    String server = server(v6);
    assertThat(node.noByte(node.stranger, node.server, v6)).as("a stranger").isTrue();
    assertThat(
            RawConnection.noByte(
                node.lab.outside(), v6 ? Lab.OTHER_NODE_V6 : Lab.OTHER_NODE_V4, server, 80))
        .as("another node")
        .isTrue();
    assertThat(
            RawConnection.noByte(node.lab.outside(), v6 ? Lab.WORLD_V6 : Lab.WORLD_V4, server, 80))
        .as("the world")
        .isTrue();
    assertThat(RawConnection.noByte(node.frontend.network(), source(v6), server, 81))
        .as("an allowed pod on another port")
        .isTrue();
    assertThat(node.web.seen()).hasSize(before);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void nodeItselfIsNotRestricted(boolean v6) throws IOException {
    String address = v6 ? Lab.NODE_V6 : Lab.NODE_V4;
    judge(node.lab.node(), address, v6, "DELETE", "/anything", 200);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void podWithoutPolicyIsNotTouched(boolean v6) throws IOException {
    try (RawConnection connection = node.connect(node.frontend, node.stranger, v6)) {
      assertThat(connection.status("DELETE", "/anything")).isEqualTo(200);
    }
    assertThat(node.programsOn(node.stranger)).isZero();
    assertThat(node.programsOn(node.server)).isEqualTo(programs());
  }

  @Test
  void refusalIsTheAgreedOne() throws IOException {
    try (RawConnection connection = node.connect(node.frontend, node.server, false)) {
      RawConnection.Answer answer = connection.ask(RawConnection.request("GET", "/secret"));
      assertThat(answer.status()).isEqualTo(403);
      assertThat(answer.body()).isEqualTo("Access denied\r\n");
      assertThat(answer.head().toLowerCase(java.util.Locale.ROOT))
          .contains("content-type: text/plain");
    }
  }

  private String source(boolean v6) {
    return v6 ? node.frontend.ipv6() : node.frontend.ipv4();
  }

  private String server(boolean v6) {
    return v6 ? node.server.ipv6() : node.server.ipv4();
  }

  /**
   * Asks once; the server must have seen exactly this, from the client's own address, or nothing.
   */
  private void judge(
      NetworkNamespace from, String source, boolean v6, String method, String path, int expected)
      throws IOException {
    int before = node.web.seen().size();
    try (RawConnection connection = RawConnection.open(from, source, server(v6), 80)) {
      String request = RawConnection.request(method, path, "Content-Length: 0");
      assertThat(connection.send(request).read(method.equals("HEAD")).status())
          .as("%s %s from %s", method, path, source)
          .isEqualTo(expected);
    }
    List<WebServer.Seen> seen = node.web.seen().subList(before, node.web.seen().size());
    if (expected == 200) {
      String peer = InetAddress.ofLiteral(source).getHostAddress();
      assertThat(seen).containsExactly(new WebServer.Seen(peer, method, path, 0));
    } else {
      assertThat(seen).isEmpty();
    }
  }
}
