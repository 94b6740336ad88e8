package io.sluice.app.live;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.app.lab.AgentProcess;
import io.sluice.app.lab.Command;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is in force when the agent is gone, when it comes back, and after cleanup. */
class LeftBehindKT {
  LiveNode node;

  /** What the agents are started with. */
  String[] options() {
    return new String[0];
  }

  @BeforeEach
  void raise() {
    node = new LiveNode();
  }

  @AfterEach
  void remove() throws Exception {
    node.close();
  }

  @Test
  void killedAgentLeavesSteeredPortsClosedAndComesBack() throws IOException {
    AgentProcess agent = node.startAgent(options());
    assertThat(status("GET", "/public/x")).isEqualTo(200);
    try (RawConnection open = node.connect(node.frontend, node.server, false);
        RawConnection untouched = node.connect(node.frontend, node.stranger, false)) {
      assertThat(open.status("GET", "/public/x")).isEqualTo(200);
      assertThat(untouched.status("GET", "/before")).isEqualTo(200);
      agent.kill();
      int before = node.web.seen().size();
      for (boolean v6 : new boolean[] {false, true}) {
        assertThat(node.noByte(node.frontend, node.server, v6)).as("new connection").isTrue();
        assertThat(node.noByte(node.stranger, node.server, v6)).as("stranger").isTrue();
      }
      open.send(RawConnection.request("GET", "/secret"));
      open.readTimeout(Duration.ofMillis(500));
      assertThat(noAnswer(open)).as("open connection").isTrue();
      assertThat(node.web.seen()).hasSize(before);
      assertThat(untouched.status("GET", "/after")).isEqualTo(200);
    }
    node.startAgent(options());
    assertThat(status("GET", "/public/x")).isEqualTo(200);
    assertThat(status("DELETE", "/public/x")).isEqualTo(403);
    assertThat(node.noByte(node.stranger, node.server, true)).isTrue();
  }

  @Test
  void policyEditedWhileNoAgentRunsHoldsFromItsStart() throws IOException {
    node.startAgent(options()).kill();
    node.world.write("policy.yaml", LiveNode.L7_RULE.replace("/public/.*", "/other/.*"));
    node.startAgent(options());
    assertThat(status("GET", "/public/x")).isEqualTo(403);
    assertThat(status("GET", "/other/x")).isEqualTo(200);
  }

  @Test
  void cleanupRemovesEverythingAndRefusesWhileAnAgentRuns() throws Exception {
    String before = everythingOfTheKernel();
    AgentProcess agent = node.startAgent(options());
    assertThat(status("GET", "/public/x")).isEqualTo(200);
    assertThat(everythingOfTheKernel()).isNotEqualTo(before);
    assertThat(node.sluice("cleanup").exit()).isEqualTo(1);
    assertThat(status("DELETE", "/public/x")).as("still enforced").isEqualTo(403);
    agent.kill();
    Command.Result cleanup = node.sluice("cleanup");
    assertThat(cleanup.exit()).as(cleanup.errors()).isZero();
    assertThat(everythingOfTheKernel()).isEqualTo(before);
    assertThat(status("DELETE", "/anything")).as("no longer enforced").isEqualTo(200);
    assertThat(node.sluice("cleanup").exit()).as("again").isZero();
    assertThat(everythingOfTheKernel()).isEqualTo(before);
  }

  /** Links, rules, routes, programs and settings of the node, as text. */
  String everythingOfTheKernel() {
    StringBuilder text = new StringBuilder();
    for (List<String> question :
        List.of(
            List.of("ip", "-oneline", "link", "show"),
            List.of("ip", "-4", "rule"),
            List.of("nft", "list", "ruleset"),
            List.of("ip", "-6", "rule"),
            List.of("ip", "-4", "route", "show", "table", "all"),
            List.of("ip", "-6", "route", "show", "table", "all"),
            List.of("tc", "qdisc", "show", "dev", node.server.hostInterface()),
            List.of(
                "sysctl", "-a", "--pattern", "^net\\.(ipv4\\.ip_|.*(rp_filter|accept_local))"))) {
      text.append(question).append('\n');
      text.append(node.lab.node().run(question.toArray(String[]::new)).output());
    }
    text.append("programs ").append(node.programsOn(node.server));
    // The kernel numbers queueing disciplines and counts route ages.
    return text.toString().replaceAll("(?m)qlen \\d+| expires \\S+", "");
  }

  int status(String method, String target) throws IOException {
    try (RawConnection connection = node.connect(node.frontend, node.server, false)) {
      return connection.status(method, target);
    }
  }

  private static boolean noAnswer(RawConnection connection) {
    try {
      return connection.in().read() < 0;
    } catch (IOException resetOrSilent) {
      return true;
    }
  }
}
