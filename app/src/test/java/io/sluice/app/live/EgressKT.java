package io.sluice.app.live;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.app.lab.Lab;
import io.sluice.app.lab.WebServer;
import java.io.IOException;
import java.net.InetAddress;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Enforcement on the way out of a pod: to another pod's own enforcement, and behind the uplink. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EgressKT {
  private final LiveNode node = new LiveNode();
  private WebServer outside;

  /** What the agent is started with. */
  String[] options() {
    return new String[0];
  }

  @BeforeAll
  void start() {
    node.world.writeRemotePod("default/remote", java.util.Map.of("app", "remote"));
    node.world.delete("pod-default-remote-frontend.yaml");
    node.world.write("egress.yaml", LiveNode.EGRESS_RULE);
    outside = node.opening(WebServer.start(node.lab.outside(), 80));
    node.opening(WebServer.start(node.lab.node(), 80));
    node.startAgent(options());
  }

  @AfterAll
  void remove() throws Exception {
    node.close();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void addressBehindTheUplinkIsReachedWithThePodsOwnAddress(boolean v6) throws IOException {
    int before = outside.seen().size();
    try (RawConnection connection = open(v6, v6 ? Lab.REMOTE_POD_V6 : Lab.REMOTE_POD_V4)) {
      assertThat(connection.status("GET", "/api/v1/data")).isEqualTo(200);
      assertThat(connection.status("POST", "/api/v1/data", "Content-Length: 0")).isEqualTo(403);
      assertThat(connection.status("GET", "/api/v1/upload")).isEqualTo(200);
    }
    String peer = InetAddress.ofLiteral(source(v6)).getHostAddress();
    assertThat(outside.seen().subList(before, outside.seen().size()))
        .containsExactly(
            new WebServer.Seen(peer, "GET", "/api/v1/data", 0),
            new WebServer.Seen(peer, "GET", "/api/v1/upload", 0));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whatNoRuleNamesIsNotReached(boolean v6) {
    assertThat(
            RawConnection.noByte(
                node.frontend.network(), source(v6), v6 ? Lab.WORLD_V6 : Lab.WORLD_V4, 80))
        .as("the world")
        .isTrue();
    assertThat(node.noByte(node.frontend, node.stranger, v6)).as("another pod").isTrue();
    assertThat(
            RawConnection.noByte(
                node.frontend.network(), source(v6), v6 ? Lab.NODE_V6 : Lab.NODE_V4, 80))
        .as("the node")
        .isTrue();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void bothEndsOfOneConnectionAreEnforced(boolean v6) throws IOException {
    int before = node.web.seen().size();
    try (RawConnection connection = node.connect(node.frontend, node.server, v6)) {
      assertThat(connection.status("GET", "/api/v1/data")).as("both allow").isEqualTo(200);
      assertThat(connection.status("GET", "/public/x")).as("egress denies").isEqualTo(403);
      assertThat(connection.status("GET", "/api/v2")).as("ingress denies").isEqualTo(403);
      assertThat(connection.status("GET", "/api/v1/database")).as("both allow").isEqualTo(200);
    }
    String peer = InetAddress.ofLiteral(source(v6)).getHostAddress();
    assertThat(node.web.seen().subList(before, node.web.seen().size()))
        .containsExactly(
            new WebServer.Seen(peer, "GET", "/api/v1/data", 0),
            new WebServer.Seen(peer, "GET", "/api/v1/database", 0));
  }

  private String source(boolean v6) {
    return v6 ? node.frontend.ipv6() : node.frontend.ipv4();
  }

  private RawConnection open(boolean v6, String destination) {
    return RawConnection.open(node.frontend.network(), source(v6), destination, 80);
  }
}
