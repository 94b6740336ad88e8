package io.sluice.app.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.app.lab.AgentProcess;
import io.sluice.app.lab.Command;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * An agent that has no file descriptor left: what needs one is refused or waits, and does so
 * without a spinning thread or a flood of warnings; what has its own goes on; and once there are
 * descriptors again, all is as before.
 */
class DescriptorsKT {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  /** A JVM would raise it to the most that it may have. */
  private static final Map<String, String> KEEPING_ITS_LIMIT =
      Map.of("SLUICE_JAVA_OPTS", "-XX:-MaxFDLimit");

  private static final String OPENED_LATER = "203.0.113.77";
  private static final String LATER =
      """
      apiVersion: cilium.io/v2
      kind: CiliumNetworkPolicy
      metadata: {name: later, namespace: data-pipeline}
      spec:
        endpointSelector: {matchLabels: {app: uploader}}
        egress:
          - toCIDR: ["203.0.113.77/32"]
            toPorts: [{ports: [{port: "443", protocol: TCP}]}]
      """;

  /** More than may wait for answers of one endpoint. */
  private static final int QUERIES = 5_000;

  private static final int FEW = 400;
  private static final int ENOUGH = 1_024;
  private static final int CONNECTIONS = 20;
  private static final int MOST_WARNINGS = 60;
  private static final int MOST_NEW_DESCRIPTORS = 10;
  private static final Duration SECOND = Duration.ofSeconds(1);

  @Test
  void whatNeedsOneIsRefusedOrWaitsAndAllWorksAgain() throws Exception {
    List<AutoCloseable> opened = new ArrayList<>();
    try (DnsNode node = new DnsNode()) {
      node.steerWeb();
      node.zone.with("known.amazonaws.com", 600, "198.19.0.1");
      node.serve(node.zone);
      AgentProcess agent =
          node.opening(AgentProcess.start(node.lab, node.world, KEEPING_ITS_LIMIT));
      // Before it listens: what is submitted to io_uring keeps the limit of that moment.
      limit(agent, FEW);
      agent.awaitReady();
      RawConnection kept = node.connectToWeb();
      opened.add(kept);
      assertThat(kept.status("GET", "/api/1")).isEqualTo(200);
      node.ask("known.amazonaws.com", false);
      node.reach("198.19.0.1");

      int before = descriptors(agent);
      String log = agent.log();
      exhaust(node, agent, opened);
      assertThat(reset(opened.subList(1, 1 + CONNECTIONS)))
          .as("without a socket towards the server; each gives its own to the next")
          .isPositive();
      demand(node, opened);
      node.world.write("web.yaml", DnsNode.WEB_POLICY + "---\n" + LATER);
      // What this has to do, and to compile, ends; a thread that spins does not.
      await().atMost(PATIENCE).until(() -> isAtRest(agent));
      assertThat(
              RawConnection.noByte(
                  node.uploader.network(), node.source(false), DnsNode.STEERED, 80))
          .isTrue();
      assertThat(node.noByte(OPENED_LATER, 443)).isTrue();
      assertThat(kept.status("GET", "/api/2")).as("a connection that has its own").isEqualTo(200);
      node.reach("198.19.0.1");
      String warnings = agent.log().substring(log.length());
      assertThat(warnings.lines().count()).as(warnings).isLessThan(MOST_WARNINGS);

      limit(agent, ENOUGH);
      await().atMost(PATIENCE).until(() -> works(node));
      agent.awaitReady();
      await().atMost(PATIENCE).until(() -> !node.noByte(OPENED_LATER, 443));
      for (AutoCloseable one : opened) {
        one.close();
      }
      await()
          .atMost(PATIENCE)
          .untilAsserted(
              () ->
                  assertThat(descriptors(agent))
                      .isLessThanOrEqualTo(before + MOST_NEW_DESCRIPTORS));
      assertThat(agent.terminate()).isZero();
    }
  }

  /** Opens connections until it has taken in as many as it can, and some more. */
  private static void exhaust(DnsNode node, AgentProcess agent, List<AutoCloseable> opened) {
    for (int i = 0; i < FEW; i++) {
      opened.add(node.connectToWeb());
    }
    await().atMost(PATIENCE).until(() -> agent.log().contains("Acceptor: accepting pauses"));
  }

  /** How many of them are reset when they ask. */
  private static int reset(List<AutoCloseable> connections) throws IOException {
    int reset = 0;
    for (AutoCloseable each : connections) {
      try {
        assertThat(((RawConnection) each).status("GET", "/api/3")).isEqualTo(200);
      } catch (SocketException end) {
        reset++;
      }
    }
    return reset;
  }

  /** Asks for all that needs descriptors, and waits for nothing. */
  private static void demand(DnsNode node, List<AutoCloseable> opened) throws Exception {
    for (int i = 0; i < CONNECTIONS; i++) {
      opened.add(Lookup.tcp(node.uploader, node.server(true)));
    }
    // From the family whose sockets it has not made yet.
    DatagramSocket asking = Lookup.udp(node.uploader, node.server(true));
    opened.add(asking);
    for (int i = 0; i < QUERIES; i++) {
      Lookup.send(asking, Lookup.query(i, "known.amazonaws.com", Lookup.A));
    }
    opened.add(
        node.lab
            .node()
            .call(
                () -> {
                  Socket admin = new Socket();
                  admin.connect(new InetSocketAddress("127.0.0.1", 9901));
                  return admin;
                }));
  }

  private static boolean works(DnsNode node) {
    try (RawConnection connection = node.connectToWeb()) {
      return connection.status("GET", "/api/4") == 200
          && node.ask("known.amazonaws.com", true).code() == 0
          && node.ask("known.amazonaws.com", false).code() == 0
          && Lookup.tcp(node.uploader, node.server(true), Lookup.A, "known.amazonaws.com")
                  .getFirst()
                  .code()
              == 0;
    } catch (IOException | RuntimeException notYet) {
      return false;
    }
  }

  private static int descriptors(AgentProcess agent) throws IOException {
    try (var files = Files.list(Path.of("/proc/" + agent.process().pid() + "/fd"))) {
      return (int) files.count();
    }
  }

  private static void limit(AgentProcess agent, int descriptors) {
    String pid = Long.toString(agent.process().pid());
    Command.Result set =
        Command.run(null, List.of("prlimit", "--pid", pid, "--nofile=" + descriptors + ":"));
    assertThat(set.exit()).as(set.errors()).isZero();
  }

  /** Whether it takes less than a third of a processor for a second. */
  private static boolean isAtRest(AgentProcess agent) {
    Duration before = cpu(agent);
    await().pollDelay(SECOND).until(() -> true);
    return cpu(agent).minus(before).multipliedBy(3).compareTo(SECOND) < 0;
  }

  private static Duration cpu(AgentProcess agent) {
    return agent.process().info().totalCpuDuration().orElseThrow();
  }
}
