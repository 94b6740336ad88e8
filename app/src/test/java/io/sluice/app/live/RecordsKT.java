package io.sluice.app.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.app.lab.AgentProcess;
import io.sluice.app.lab.Command;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What the agent shows: flows, metrics, status, readiness. */
class RecordsKT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration FLOW_LIMIT = Duration.ofSeconds(1);

  private static LiveNode node;
  private static AgentProcess agent;

  @BeforeAll
  static void raise() {
    node = new LiveNode();
    agent = node.startAgent();
  }

  @AfterAll
  static void remove() throws Exception {
    node.close();
  }

  @Test
  void allowedRequestNamesItsRule() throws IOException {
    try (RawConnection connection = node.connect(node.frontend, node.server, false)) {
      assertThat(connection.status("GET", "/api/v1/data?allowed", "Authorization: Basic secret"))
          .isEqualTo(200);
    }
    JsonNode request = flow("/api/v1/data?allowed", false);
    assertThat(request.at("/flow/verdict").asText()).isEqualTo("FORWARDED");
    assertThat(request.at("/flow/l7/http/url").asText())
        .isEqualTo("http://service/api/v1/data?allowed");
    assertThat(request.at("/flow/l7/http/method").asText()).isEqualTo("GET");
    assertThat(request.at("/flow/ingress_allowed_by/0/name").asText()).isEqualTo("l7-rule");
    assertThat(request.at("/flow/IP/source").asText()).isEqualTo(node.frontend.ipv4());
    assertThat(request.at("/flow/source/pod_name").asText()).isEqualTo("frontend");
    assertThat(request.at("/flow/destination/pod_name").asText()).isEqualTo("server");
    assertThat(request.at("/flow/traffic_direction").asText()).isEqualTo("INGRESS");
    assertThat(request.at("/node_name").asText()).isEqualTo("n1");
    assertThat(request.at("/sluice/policy").asText()).isEqualTo("default/l7-rule");
    assertThat(request.at("/sluice/rule").asText())
        .isEqualTo("spec.ingress[0].toPorts[0].rules.http[0]");
    assertThat(request.toString()).contains("<redacted>").doesNotContain("secret");
    JsonNode response = flow("/api/v1/data?allowed", true);
    assertThat(response.at("/flow/l7/http/code").asInt()).isEqualTo(200);
    assertThat(response.at("/flow/IP/source").asText()).isEqualTo(node.server.ipv4());
  }

  @Test
  void deniedRequestNamesTheRulesThatCameNear() throws IOException {
    try (RawConnection connection = node.connect(node.frontend, node.server, true)) {
      assertThat(connection.status("GET", "/denied")).isEqualTo(403);
    }
    JsonNode request = flow("/denied", false);
    assertThat(request.at("/flow/verdict").asText()).isEqualTo("DROPPED");
    assertThat(request.at("/flow/drop_reason_desc").asText()).isEqualTo("POLICY_DENIED");
    assertThat(request.at("/sluice/nearestMisses").toString())
        .contains("spec.ingress[0].toPorts[0].rules.http[0]", "path");
  }

  @Test
  void malformedRequestIsRecordedAndForgesNoLine() throws IOException {
    try (RawConnection connection = node.connect(node.frontend, node.server, false)) {
      connection.send("GET /malformed HTTP/1.1\r\nHost: a\r\nHost: b\u2028{}\r\n\r\n");
      assertThat(connection.read(false).status()).isEqualTo(400);
    }
    JsonNode request = flow("/malformed", false);
    assertThat(request.at("/flow/verdict").asText()).isEqualTo("DROPPED");
    assertThat(request.at("/sluice/reason").asText()).isNotEmpty();
    agent.flows().forEach(RecordsKT::parse);
  }

  @Test
  void refusedConnectionIsRecorded() {
    assertThat(node.noByte(node.stranger, node.server, false)).isTrue();
    await()
        .atMost(FLOW_LIMIT.multipliedBy(2))
        .until(
            () ->
                agent.flows().stream()
                    .map(RecordsKT::parse)
                    .anyMatch(
                        record ->
                            record.at("/flow/verdict").asText().equals("DROPPED")
                                && record
                                    .at("/flow/IP/source")
                                    .asText()
                                    .equals(node.stranger.ipv4())
                                && record
                                    .at("/flow/l4/TCP/destination_port")
                                    .asText()
                                    .equals("80")));
  }

  @Test
  void metricsCountVerdicts() throws IOException {
    try (RawConnection connection = node.connect(node.frontend, node.server, false)) {
      connection.status("GET", "/public/metrics");
      connection.status("GET", "/metrics");
    }
    String metrics = agent.admin("/metrics").body();
    for (String name :
        new String[] {
          "sluice_requests_total",
          "sluice_connections",
          "sluice_connections_refused_total",
          "sluice_request_duration_seconds",
          "sluice_verdict_duration_seconds",
          "sluice_policy_version",
          "sluice_policy_rejected_objects",
          "sluice_flows_lost_total",
          "jvm_memory_used_bytes",
          "process_cpu"
        }) {
      assertThat(metrics).contains(name);
    }
    assertThat(metrics)
        .containsPattern("sluice_requests_total\\{[^}]*verdict=\"allowed\"[^}]*\\} [1-9]")
        .containsPattern("sluice_requests_total\\{[^}]*verdict=\"denied\"[^}]*\\} [1-9]")
        .doesNotContain("/public");
  }

  @Test
  void statusTellsWhatIsEnforced() throws IOException {
    JsonNode status = parse(agent.admin("/status").body());
    assertThat(status.path("node").asText()).isEqualTo("n1");
    assertThat(status.path("steer").asText()).isEqualTo("tc");
    assertThat(status.path("shortCut").asBoolean(true)).isFalse();
    assertThat(status.path("policyVersion").asInt()).isPositive();
    JsonNode server = null;
    for (JsonNode endpoint : status.path("endpoints")) {
      if (endpoint.path("name").asText().equals("default/server")) {
        server = endpoint;
      }
    }
    assertThat(server).isNotNull();
    assertThat(server.path("ingress").asText()).isEqualTo("enforcing");
    assertThat(server.path("egress").asText()).isEqualTo("none");
    assertThat(server.path("interface").asText()).isEqualTo(node.server.hostInterface());
    assertThat(server.path("policies").toString()).isEqualTo("[\"default/l7-rule\"]");
    Command.Result text = node.sluice("status");
    assertThat(text.exit()).isZero();
    assertThat(text.output()).contains("default/server").contains("enforcing");
    assertThat(parse(node.sluice("status", "-o", "json").output())).isEqualTo(status);
    assertThat(agent.admin("/healthz").status()).isEqualTo(200);
    assertThat(parse(agent.admin("/config_dump").body()).isObject()).isTrue();
  }

  @Test
  void whatCannotBeEnforcedIsWarnedOfByName() {
    io.sluice.app.lab.Pod gone =
        new io.sluice.app.lab.Pod(
            "default/gone", node.server.network(), "10.0.0.77", "fd00:10::77", "lxc-none");
    node.world.writePod(gone, Map.of("app", "myService"));
    await()
        .atMost(Duration.ofSeconds(5))
        .untilAsserted(
            () ->
                assertThat(parse(agent.admin("/status").body()).path("warnings").toString())
                    .contains("default/gone", "lxc-none"));
    assertThat(agent.log()).contains("lxc-none");
    node.world.delete("pod-default-gone.yaml");
    await()
        .atMost(Duration.ofSeconds(5))
        .until(() -> !agent.admin("/status").body().contains("lxc-none"));
  }

  @Test
  void duplicateAddressAndSelectorWithoutPodsAreWarnedOfByName() {
    io.sluice.app.lab.Pod twin =
        new io.sluice.app.lab.Pod(
            "default/twin",
            node.stranger.network(),
            node.stranger.ipv4(),
            "fd00:10::78",
            node.stranger.hostInterface());
    node.world.writePod(twin, Map.of("app", "twin"));
    node.world.write(
        "nobody.yaml",
        LiveNode.L7_RULE.replace("name: l7-rule", "name: nobody").replace("myService", "typo"));
    await()
        .atMost(Duration.ofSeconds(5))
        .untilAsserted(
            () ->
                assertThat(parse(agent.admin("/status").body()).path("warnings").toString())
                    .contains("default/twin", node.stranger.ipv4())
                    .contains("nobody"));
    node.world.delete("pod-default-twin.yaml");
    node.world.delete("nobody.yaml");
  }

  @Test
  void memoryStaysWithinTheAim() {
    assertThat(agent.residentKib()).as("KiB resident").isLessThan(150 * 1024);
  }

  private static JsonNode flow(String target, boolean reply) {
    return await()
        .atMost(FLOW_LIMIT)
        .until(
            () ->
                agent.flows().stream()
                    .map(RecordsKT::parse)
                    .filter(record -> record.at("/flow/l7/http/url").asText().endsWith(target))
                    .filter(record -> record.at("/flow/is_reply").asBoolean() == reply)
                    .findFirst()
                    .orElse(null),
            found -> found != null);
  }

  private static JsonNode parse(String line) {
    try {
      return JSON.readTree(line);
    } catch (JsonProcessingException e) {
      throw new AssertionError("no JSON: " + line, e);
    }
  }
}
