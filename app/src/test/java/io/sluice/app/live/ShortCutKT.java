package io.sluice.app.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.app.lab.AgentProcess;
import io.sluice.app.lab.Command;
import io.sluice.app.lab.WebServer;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Real clients and servers with the short-cut and without: they can't tell, the counters can. */
class ShortCutKT {
  private static final int MANY = 10_000;
  private static final Pattern CGROUP_LINK =
      Pattern.compile("link_type:\\s+cgroup\\s+link_id:\\s+(\\d+)");
  private LiveNode node;

  @BeforeEach
  void raise() {
    node = new LiveNode();
  }

  @AfterEach
  void remove() throws Exception {
    node.close();
  }

  /** Each on a connection of its own, each asked for and answered exactly once. */
  @Test
  void tenThousandShortConnections() {
    AgentProcess agent = node.startAgent("--short-cut=on");
    assertThat(agent.admin("/status").body()).contains("\"shortCut\":true");

    String answers = get(false, "Connection: close", "/api/v1/data?[1-" + MANY + "]");

    String answer = "hello " + node.frontend.ipv4();
    assertThat(answers.lines()).hasSize(MANY).containsOnly(answer);
    assertThat(node.web.seen().stream().map(WebServer.Seen::target).toList())
        .containsExactlyElementsOf(
            IntStream.rangeClosed(1, MANY).mapToObj(i -> "/api/v1/data?" + i).toList());
    // At least what the client said to the proxy.
    assertThat(counter(agent, "sluice_shortcut_bytes_total"))
        .isGreaterThan(2L * MANY * answer.length());
    await().untilAsserted(() -> assertThat(counter(agent, "sluice_shortcut_connections")).isZero());
  }

  /** Three connections in a row: client to proxy, proxy to itself, proxy to server. */
  @Test
  void bothDirectionsOfBothFamilies() {
    node.world.write("egress.yaml", LiveNode.EGRESS_RULE);
    AgentProcess agent = node.startAgent("--short-cut=on");
    for (boolean v6 : new boolean[] {false, true}) {
      long before = counter(agent, "sluice_shortcut_bytes_total");
      int asked = 20;
      String answers = get(v6, "Accept: */*", "/api/v1/data?[1-" + asked + "]");
      assertThat(answers.lines()).hasSize(asked).allMatch(line -> line.startsWith("hello "));
      assertThat(get(v6, "Accept: */*", "/public/x")).isEqualTo("Access denied\r\n");
      // At least the request to the proxy, to itself, and the answer back, of 40 bytes each.
      assertThat(counter(agent, "sluice_shortcut_bytes_total") - before)
          .isGreaterThan(3 * 40L * asked);
    }
  }

  /**
   * That of the client with the proxy and that of the proxy with the server, while they are open.
   */
  @Test
  void whatEachConnectionSendsByItIsShown() throws IOException {
    AgentProcess agent = node.startAgent("--short-cut=on");
    String request = RawConnection.request("GET", "/api/v1/data");
    int asked = 3;
    try (RawConnection client = node.connect(node.frontend, node.server, false)) {
      for (int i = 0; i < asked; i++) {
        assertThat(client.ask(request).status()).isEqualTo(200);
      }
      JsonNode shown =
          new ObjectMapper()
              .readTree(node.sluice("map", "dump", "shortcut", "-o", "json").output());
      assertThat(shown).hasSize(2);
      assertThat(shown)
          .anySatisfy(
              accepted -> {
                assertThat(accepted.at("/client").asText()).isEqualTo(node.frontend.ipv4());
                assertThat(accepted.at("/serverIfindex").asInt()).as("of the proxy").isZero();
                assertThat(accepted.at("/clientMessages").asInt()).isEqualTo(asked);
                assertThat(accepted.at("/clientBytes").asInt()).isEqualTo(asked * request.length());
                assertThat(accepted.at("/serverBytes").asInt()).as("by TCP").isZero();
              })
          .anySatisfy(
              upstream -> {
                assertThat(upstream.at("/server").asText()).isEqualTo(node.server.ipv4());
                assertThat(upstream.at("/clientIfindex").asInt()).as("of the proxy").isZero();
                assertThat(upstream.at("/clientBytes").asInt()).as("by TCP").isZero();
                assertThat(upstream.at("/serverMessages").asInt()).isGreaterThanOrEqualTo(asked);
              });
      long sum = 0;
      for (JsonNode each : shown) {
        sum += each.at("/clientBytes").asLong() + each.at("/serverBytes").asLong();
      }
      assertThat(counter(agent, "sluice_shortcut_bytes_total")).isEqualTo(sum);
      assertThat(node.sluice("map", "dump", "shortcut").output())
          .contains("clientBytes=" + asked * request.length() + " clientMessages=" + asked + " ");
      assertThat(node.sluice("map", "list").output()).contains("map=shortcut entries=2");
    }
  }

  @Test
  void withoutItAllGoesByTcp() {
    AgentProcess agent = node.startAgent();
    assertThat(agent.admin("/status").body()).contains("\"shortCut\":false");
    assertThat(get(false, "Accept: */*", "/api/v1/data?[1-5]").lines().toList())
        .isEqualTo(Collections.nCopies(5, "hello " + node.frontend.ipv4()));
    assertThat(counter(agent, "sluice_shortcut_bytes_total")).isZero();
  }

  /**
   * An agent that is killed takes it with it; what it leaves behind steers, but carries nothing.
   */
  @Test
  void nothingStaysAttachedWhenTheAgentIsKilled() throws IOException {
    AgentProcess agent = node.startAgent("--short-cut=on");
    List<String> links = links(agent.process());
    assertThat(links).hasSize(1);
    agent.kill();
    await()
        .untilAsserted(
            () ->
                assertThat(
                        Command.run(
                                null, List.of("bpftool", "link", "show", "id", links.getFirst()))
                            .exit())
                    .isNotZero());
    assertThat(node.sluice("cleanup").exit()).isZero();

    node.startAgent("--short-cut=on");
    assertThat(get(false, "Accept: */*", "/api/v1/data")).startsWith("hello");
  }

  /** The numbers of the links to a control group that a process holds. */
  private static List<String> links(Process process) throws IOException {
    List<String> links = new ArrayList<>();
    try (DirectoryStream<Path> descriptors =
        Files.newDirectoryStream(Path.of("/proc/" + process.pid() + "/fdinfo"))) {
      for (Path descriptor : descriptors) {
        Matcher link = CGROUP_LINK.matcher(Files.readString(descriptor));
        if (link.find()) {
          links.add(link.group(1));
        }
      }
    }
    return links;
  }

  /** The bodies of the answers; curl asks for all on one connection unless told otherwise. */
  private String get(boolean v6, String header, String target) {
    String url = "http://" + node.server.urlHost(v6) + target;
    Command.Result curl = node.frontend.network().run("curl", "-sS", "-H", header, url);
    assertThat(curl.errors()).isEmpty();
    return curl.output();
  }

  private static long counter(AgentProcess agent, String name) {
    Matcher value =
        Pattern.compile("^" + name + " ([0-9.E]+)$", Pattern.MULTILINE)
            .matcher(agent.admin("/metrics").body());
    assertThat(value.find()).as(name).isTrue();
    return (long) Double.parseDouble(value.group(1));
  }
}
