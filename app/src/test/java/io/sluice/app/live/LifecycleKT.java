package io.sluice.app.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.app.lab.AgentProcess;
import io.sluice.app.lab.Command;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The agent starts and stops. */
class LifecycleKT {
  private LiveNode node;

  @BeforeEach
  void raise() {
    node = new LiveNode();
  }

  @AfterEach
  void remove() throws Exception {
    node.close();
  }

  @Test
  void terminatedAgentLetsARequestInFlightEndAndExitsWithZero() throws Exception {
    CountDownLatch arrived = new CountDownLatch(1);
    CountDownLatch answer = new CountDownLatch(1);
    node.world.write(
        "slow.yaml", LiveNode.L7_RULE.replace("l7-rule", "slow").replace("80", "8080"));
    node.opening(
        RawServer.start(
            node.server.network(),
            8080,
            socket -> {
              RawServer.readHead(socket.getInputStream());
              arrived.countDown();
              awaitQuietly(answer);
              socket
                  .getOutputStream()
                  .write(RawServer.bytes("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"));
            }));
    AgentProcess agent = node.startAgent();
    try (RawConnection slow =
        RawConnection.open(
            node.frontend.network(), node.frontend.ipv4(), node.server.ipv4(), 8080)) {
      slow.send(RawConnection.request("GET", "/public/slow"));
      assertThat(arrived.await(5, TimeUnit.SECONDS)).isTrue();
      agent.process().destroy();
      await()
          .atMost(Duration.ofSeconds(5))
          .until(() -> node.noByte(node.frontend, node.server, false));
      assertThat(agent.process().isAlive()).as("still draining").isTrue();
      answer.countDown();
      assertThat(slow.read(false).body()).isEqualTo("ok");
    }
    assertThat(agent.awaitExit()).isZero();
    assertThat(node.noByte(node.frontend, node.server, false)).as("stays closed").isTrue();
  }

  @Test
  void terminatedIdleAgentExitsAtOnce() throws Exception {
    AgentProcess agent = node.startAgent();
    try (RawConnection idle = node.connect(node.frontend, node.server, false)) {
      assertThat(idle.status("GET", "/public/x")).isEqualTo(200);
      agent.process().destroy();
      assertThat(agent.process().waitFor(5, TimeUnit.SECONDS)).isTrue();
      assertThat(agent.process().exitValue()).isZero();
    }
  }

  @Test
  void secondAgentIsRefusedAndTouchesNothing() throws Exception {
    node.startAgent();
    Command.Result second =
        node.sluice(
            "agent",
            "--world=" + Files.createDirectory(node.lab.directory().resolve("empty")),
            "--state=" + node.lab.directory().resolve("other-state"),
            "--admin=127.0.0.1:9902");
    assertThat(second.exit()).isEqualTo(3);
    assertThat(second.errors()).contains("already").doesNotContain("\tat ");
    assertThat(status("GET", "/public/x")).isEqualTo(200);
    assertThat(status("DELETE", "/public/x")).isEqualTo(403);
  }

  private int status(String method, String target) throws IOException {
    try (RawConnection connection = node.connect(node.frontend, node.server, false)) {
      return connection.status(method, target);
    }
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await(20, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
