package io.sluice.app.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.app.lab.AgentProcess;
import io.sluice.app.lab.Command;
import java.net.DatagramSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * An agent that is stopped for a while, as by a debugger or a frozen control group: the kernel goes
 * on to judge, what needs the agent waits, and nothing is lost when it wakes.
 */
class StoppedKT {
  private static final String KNOWN = "198.19.0.1";
  private static final String UNKNOWN = "198.19.0.2";

  /** Longer than a query may take, and than any clock of the agent rests. */
  private static final Duration STOPPED = Duration.ofSeconds(6);

  @Test
  void theKernelGoesOnAndWhatNeedsTheAgentWaits() throws Exception {
    try (DnsNode node = new DnsNode()) {
      node.steerWeb();
      node.zone.with("known.amazonaws.com", 600, KNOWN);
      node.serve(node.zone);
      AgentProcess agent = node.startAgent();
      node.ask("known.amazonaws.com", false);
      try (RawConnection open = node.connectToWeb();
          RawConnection learned = node.connect(KNOWN)) {
        assertThat(open.status("GET", "/api/1")).isEqualTo(200);
        assertThat(learned.status("GET", "/")).isEqualTo(200);
        signal(agent, "STOP");
        await().until(() -> isStopped(agent));

        open.send(RawConnection.request("GET", "/api/2"));
        try (RawConnection begun = node.connectToWeb();
            DatagramSocket asking = Lookup.udp(node.uploader, node.server(false))) {
          begun.send(RawConnection.request("GET", "/api/3"));
          Lookup.send(asking, Lookup.query(7, "known.amazonaws.com", Lookup.A));
          await()
              .pollDelay(STOPPED)
              .untilAsserted(
                  () -> {
                    assertThat(learned.status("GET", "/")).as("open").isEqualTo(200);
                    node.reach(KNOWN);
                  });
          assertThat(node.noByte(UNKNOWN, 443)).as("nobody has asked for it").isTrue();
          assertThat(open.in().available()).as("bytes that nobody has judged").isZero();
          assertThat(begun.in().available()).as("bytes that nobody has judged").isZero();

          signal(agent, "CONT");
          assertThat(open.read(false).status()).isEqualTo(200);
          assertThat(begun.read(false).status()).isEqualTo(200);
          assertThat(Lookup.receive(asking)).startsWith(0, 7);
        }
        assertThat(open.status("GET", "/api/4")).as("and goes on").isEqualTo(200);
        assertThat(open.status("GET", "/other")).isEqualTo(403);
        assertThat(learned.status("GET", "/")).isEqualTo(200);
        node.lookUpAndReach(1);
      }
      agent.awaitReady();
      assertThat(agent.terminate()).isZero();
    }
  }

  private static void signal(AgentProcess agent, String name) {
    String pid = Long.toString(agent.process().pid());
    Command.Result sent = Command.run(null, List.of("kill", "-" + name, pid));
    assertThat(sent.exit()).as(sent.errors()).isZero();
  }

  private static boolean isStopped(AgentProcess agent) throws Exception {
    return Files.readString(Path.of("/proc/" + agent.process().pid() + "/status"))
        .contains("State:\tT");
  }
}
