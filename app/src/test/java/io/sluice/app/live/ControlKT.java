package io.sluice.app.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.app.lab.AgentProcess;
import io.sluice.xds.ControlPlane;
import io.sluice.xds.source.WorldFolder;
import io.sluice.xds.stream.DiscoveryServer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Policy from a control plane in another process, over a Unix socket. */
class ControlKT {

  @Test
  void agentFollowsAControlPlaneAndKeepsTheLastPolicyWhenItIsGone() throws Exception {
    try (LiveNode node = new LiveNode()) {
      Path socket = node.lab.directory().resolve("ads.sock");
      AgentProcess agent;
      try (ControlPlane control = new ControlPlane(new WorldFolder(node.world.path()));
          DiscoveryServer server = DiscoveryServer.unixSocket(socket, control.service())) {
        assertThat(server).isNotNull();
        control.start("n1");
        agent = node.opening(AgentProcess.start(node.lab, "--control=unix:" + socket, Map.of()));
        agent.awaitReady();
        assertThat(status(node, "/public/x")).isEqualTo(200);
        assertThat(status(node, "/other/x")).isEqualTo(403);
        node.world.write("policy.yaml", LiveNode.L7_RULE.replace("/public/.*", "/other/.*"));
        await().atMost(Duration.ofSeconds(2)).until(() -> status(node, "/other/x") == 200);
      }
      await()
          .atMost(Duration.ofSeconds(5))
          .until(() -> agent.admin("/status").body().contains("the last policy stays in force"));
      assertThat(status(node, "/other/x")).isEqualTo(200);
      assertThat(status(node, "/public/x")).isEqualTo(403);
      assertThat(agent.admin("/readyz").status()).isEqualTo(200);
    }
  }

  private static int status(LiveNode node, String path) throws IOException {
    try (RawConnection connection = node.connect(node.frontend, node.server, false)) {
      return connection.status("GET", path);
    }
  }
}
