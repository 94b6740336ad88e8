package io.sluice.app.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.app.lab.AgentProcess;
import io.sluice.app.lab.Pod;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A conversation that never meets the proxy, judged by nftables. */
class NftPacketsKT {
  private static final int ALLOWED = 5001;

  private static LiveNode node;
  private static AgentProcess agent;

  @BeforeAll
  static void raise() {
    node = new LiveNode();
    node.world.write("packets.yaml", PacketsKT.RULES);
    agent = node.startAgent("--steer=nft");
  }

  @AfterAll
  static void remove() throws Exception {
    node.close();
  }

  /** An open conversation ends with its rule, and goes on without an agent. */
  @Test
  void aConversationFollowsThePolicyAndOutlivesTheAgent() throws IOException {
    try (DatagramSocket server = bound(node.server, ALLOWED);
        DatagramSocket client = bound(node.frontend, 0)) {
      assertThat(arrives(client, server)).isTrue();
      agent.kill();
      assertThat(arrives(client, server)).as("without an agent").isTrue();
      assertThat(arrives(server, client)).as("its answer").isTrue();
      agent = node.startAgent("--steer=nft");
      assertThat(arrives(client, server)).as("with its successor").isTrue();
      node.world.write("packets.yaml", PacketsKT.RULES.replace("app: frontend", "app: nobody"));
      await().atMost(Duration.ofSeconds(5)).until(() -> !arrives(client, server));
      assertThat(arrives(server, client)).as("nor the other way").isFalse();
    }
  }

  private static DatagramSocket bound(Pod pod, int port) {
    InetAddress address = InetAddress.ofLiteral(pod.ipv4());
    return pod.network()
        .call(
            () -> {
              DatagramSocket socket = new DatagramSocket(new InetSocketAddress(address, port));
              socket.setSoTimeout(500);
              return socket;
            });
  }

  private static boolean arrives(DatagramSocket from, DatagramSocket to) throws IOException {
    byte[] bytes = "one".getBytes(StandardCharsets.UTF_8);
    from.send(new DatagramPacket(bytes, bytes.length, to.getLocalSocketAddress()));
    try {
      to.receive(new DatagramPacket(new byte[100], 100));
      return true;
    } catch (SocketTimeoutException silence) {
      return false;
    }
  }
}
