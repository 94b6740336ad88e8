package io.sluice.app.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.app.lab.AgentProcess;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Audited policies let everything through and report exactly what they would refuse. */
class AuditKT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration LIMIT = Duration.ofSeconds(5);
  private static final String AUDIT = "policy.sluice.io/audit: \"true\"";
  private static final String FIRST_RULE = "spec.ingress[0].toPorts[0].rules.http[0]";

  private LiveNode node;
  private AgentProcess agent;

  @BeforeEach
  void raise() {
    node = new LiveNode();
  }

  @AfterEach
  void remove() throws Exception {
    node.close();
  }

  @Test
  void ofAPolicyOfANamespaceAndOfAPod() throws IOException {
    agent = node.startAgent();
    audited(
        "policy.yaml", "namespace: default", "namespace: default, annotations: {" + AUDIT + "}");
    audited("cluster.yaml", "name: default", "name: default, annotations: {" + AUDIT + "}");
    audited("pod-default-server.yaml", "annotations: {", "annotations: {" + AUDIT + ", ");
    try (RawConnection connection = node.connect(node.frontend, node.server, false)) {
      assertThat(connection.status("GET", "/secret")).isEqualTo(403);
    }
    assertThat(node.noByte(node.stranger, node.server, true)).isTrue();
  }

  @Test
  void ofEverything() throws IOException {
    Path config = Files.writeString(node.lab.directory().resolve("audit.yaml"), "audit: true\n");
    agent = node.startAgent("--config=" + config);
    everythingPassesAndIsReported();
    assertThat(agent.admin("/metrics").body())
        .containsPattern("sluice_requests_total\\{[^}]*verdict=\"audit\"[^}]*\\} 2");
  }

  /** What is enforced beside it decides alone. */
  @Test
  void ofADenialBesideWhatIsEnforced() throws IOException {
    node.world.write(
        "denial.yaml",
        """
        apiVersion: cilium.io/v2
        kind: CiliumNetworkPolicy
        metadata: {name: denial, namespace: default, annotations: {%s}}
        spec:
          endpointSelector: {matchLabels: {app: myService}}
          ingressDeny:
            - fromEndpoints: [{matchLabels: {app: frontend}}]
        """
            .formatted(AUDIT));
    agent = node.startAgent();
    try (RawConnection connection = node.connect(node.frontend, node.server, true)) {
      assertThat(connection.status("GET", "/api/v1/data")).isEqualTo(200);
      assertThat(connection.status("GET", "/secret")).isEqualTo(403);
    }
    assertThat(node.noByte(node.stranger, node.server, true)).isTrue();
    await().atMost(LIMIT).until(() -> !requests("DROPPED", 0).isEmpty());
    assertThat(requests("DROPPED", 0)).containsExactly("GET http://service/secret");
    assertThat(requests("AUDIT", 0)).containsExactly("GET http://service/api/v1/data");
    JsonNode record = audited(0).getFirst();
    assertThat(record.at("/sluice/policy").asText()).isEqualTo("default/denial");
    assertThat(record.at("/sluice/rule").asText()).isEqualTo("spec.ingressDeny[0]");
  }

  /** Audits by a change of one file, and takes it back. */
  private void audited(String file, String enforced, String audited) throws IOException {
    String before = Files.readString(node.world.path().resolve(file));
    assertThat(before).contains(enforced);
    written(file, before.replace(enforced, audited));
    everythingPassesAndIsReported();
    written(file, before);
  }

  private void written(String file, String text) {
    long before = policyVersion();
    node.world.write(file, text);
    await().atMost(LIMIT).until(() -> policyVersion() > before && ready());
  }

  private long policyVersion() {
    return Long.parseLong(
        agent.admin("/status").body().replaceAll("(?s).*\"policyVersion\":(\\d+).*", "$1"));
  }

  private boolean ready() {
    return agent.admin("/readyz").status() == 200;
  }

  private void everythingPassesAndIsReported() throws IOException {
    int before = agent.flows().size();
    try (RawConnection connection = node.connect(node.frontend, node.server, false)) {
      assertThat(connection.status("GET", "/secret")).isEqualTo(200);
      assertThat(connection.status("DELETE", "/api/v1/data", "Content-Length: 0")).isEqualTo(200);
      assertThat(connection.status("GET", "/api/v1/data")).isEqualTo(200);
    }
    try (RawConnection connection = node.connect(node.stranger, node.server, true)) {
      assertThat(connection.status("GET", "/public/x")).isEqualTo(200);
    }
    await()
        .atMost(LIMIT)
        .until(() -> audited(before).size() >= 3 && !requests("FORWARDED", before).isEmpty());
    assertThat(requests("AUDIT", before))
        .containsExactly("GET http://service/secret", "DELETE http://service/api/v1/data");
    assertThat(requests("FORWARDED", before)).containsExactly("GET http://service/api/v1/data");
    for (JsonNode record : audited(before)) {
      if (record.at("/flow/l7").isObject()) {
        assertThat(record.at("/flow/ingress_denied_by").toString())
            .contains("CiliumNetworkPolicy", "\"default\"", "\"l7-rule\"");
        assertThat(record.at("/sluice/nearestMisses/0/rule").asText()).isEqualTo(FIRST_RULE);
      } else {
        assertThat(InetAddress.ofLiteral(record.at("/flow/IP/source").asText()))
            .isEqualTo(InetAddress.ofLiteral(node.stranger.ipv6()));
        assertThat(record.at("/sluice/reason").asText()).contains("no rule allows this peer");
        assertThat(record.at("/sluice/policies").toString()).isEqualTo("[\"default/l7-rule\"]");
      }
    }
    assertThat(audited(before)).hasSize(3);
  }

  private List<JsonNode> audited(int before) {
    return records(before).stream()
        .filter(record -> record.at("/flow/verdict").asText().equals("AUDIT"))
        .toList();
  }

  private List<String> requests(String verdict, int before) {
    return records(before).stream()
        .filter(record -> record.at("/flow/verdict").asText().equals(verdict))
        .filter(record -> record.at("/flow/l7/type").asText().equals("REQUEST"))
        .map(record -> record.at("/flow/l7/http"))
        .map(http -> http.path("method").asText() + " " + http.path("url").asText())
        .toList();
  }

  private List<JsonNode> records(int before) {
    return agent.flows().stream().skip(before).map(AuditKT::parse).toList();
  }

  private static JsonNode parse(String line) {
    try {
      return JSON.readTree(line);
    } catch (JsonProcessingException broken) {
      throw new AssertionError("a flow record is no JSON: " + line, broken);
    }
  }
}
