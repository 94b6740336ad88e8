package io.sluice.app.live;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.app.lab.AgentProcess;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Many open connections cost the agent little memory each, so that the bounds on connections bound
 * its memory; those beyond the bounds are reset and harm no other.
 */
class CrowdKT {
  private static final int PORT = 8080;
  private static final int CROWD = 1_000;
  private static final long MOST_KIB_EACH = 16;

  @Test
  void openConnectionsCostLittleAndTheOnesBeyondTheBoundAreReset(@TempDir Path folder)
      throws Exception {
    Path config = folder.resolve("config.yaml");
    Files.writeString(config, "limits:\n  connectionsPerEndpoint: " + CROWD + "\n");
    List<RawConnection> crowd = new ArrayList<>();
    try (LiveNode node = new LiveNode()) {
      node.world.write("policy.yaml", LiveNode.L7_RULE.replace("\"80\"", "\"" + PORT + "\""));
      node.opening(RawServer.start(node.server.network(), PORT, CrowdKT::serve));
      AgentProcess agent = node.startAgent("--config", config.toString());
      for (int i = 0; i < CROWD / 2; i++) {
        crowd.add(asked(node));
      }
      long half = agent.residentKib();
      while (crowd.size() < CROWD) {
        crowd.add(asked(node));
      }
      long each = (agent.residentKib() - half) / (CROWD / 2);
      System.out.println("resident memory for each open connection: " + each + " KiB");
      assertThat(each).as("KiB for each connection").isLessThan(MOST_KIB_EACH);

      assertThat(
              RawConnection.noByte(
                  node.frontend.network(), node.frontend.ipv4(), node.server.ipv4(), PORT))
          .as("one beyond the bound gets no byte")
          .isTrue();
      for (RawConnection connection : List.of(crowd.getFirst(), crowd.getLast())) {
        assertThat(ask(connection)).isEqualTo(200);
      }
    } finally {
      for (RawConnection connection : crowd) {
        connection.close();
      }
    }
  }

  private static RawConnection asked(LiveNode node) throws IOException {
    RawConnection connection =
        RawConnection.open(node.frontend.network(), node.frontend.ipv4(), node.server.ipv4(), PORT);
    assertThat(ask(connection)).isEqualTo(200);
    return connection;
  }

  private static int ask(RawConnection connection) throws IOException {
    return connection.send(RawConnection.request("GET", "/api/v1/data")).read(false).status();
  }

  private static void serve(Socket socket) throws IOException {
    while (!RawServer.readHead(socket.getInputStream()).isEmpty()) {
      socket
          .getOutputStream()
          .write(RawServer.bytes("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"));
    }
  }
}
