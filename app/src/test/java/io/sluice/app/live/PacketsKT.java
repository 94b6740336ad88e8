package io.sluice.app.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What never meets the proxy: judged by the kernel alone, and recorded all the same. */
class PacketsKT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int ALLOWED = 5001;
  private static final int AUDITED = 5002;
  private static final int REFUSED = 5003;
  static final String RULES =
      """
      apiVersion: cilium.io/v2
      kind: CiliumNetworkPolicy
      metadata: {name: l4-rule, namespace: default}
      spec:
        endpointSelector: {matchLabels: {app: myService}}
        ingress:
          - fromEndpoints: [{matchLabels: {app: frontend}}, {matchLabels: {app: stranger}}]
            toPorts: [{ports: [{port: "5001", endPort: 5002, protocol: UDP}]}]
        ingressDeny:
          - fromEndpoints: [{matchLabels: {app: stranger}}]
            toPorts: [{ports: [{port: "5001", protocol: UDP}]}]
      ---
      apiVersion: cilium.io/v2
      kind: CiliumNetworkPolicy
      metadata:
        name: rehearsal
        namespace: default
        annotations: {policy.sluice.io/audit: "true"}
      spec:
        endpointSelector: {matchLabels: {app: myService}}
        ingressDeny:
          - fromEndpoints: [{matchLabels: {app: frontend}}]
            toPorts: [{ports: [{port: "5002", protocol: UDP}]}]
      """;

  private static LiveNode node;
  private static AgentProcess agent;

  @BeforeAll
  static void raise() {
    node = new LiveNode();
    node.world.write("packets.yaml", RULES);
    agent = node.startAgent();
  }

  @AfterAll
  static void remove() throws Exception {
    node.close();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void firstDatagramOfAnAllowedConversationIsRecorded(boolean v6) throws IOException {
    try (Conversation conversation = new Conversation(node.frontend, ALLOWED, v6)) {
      conversation.send("one");
      assertThat(conversation.arrives("one")).isTrue();
      conversation.answer("two");
      conversation.send("three");
      assertThat(conversation.arrives("three")).isTrue();
      JsonNode record = record(conversation.port());
      assertThat(record.at("/flow/verdict").asText()).isEqualTo("FORWARDED");
      assertThat(record.at("/flow/Type").asText()).isEqualTo("L3_L4");
      assertThat(record.at("/flow/l4/UDP/destination_port").asInt()).isEqualTo(ALLOWED);
      assertThat(record.at("/flow/ingress_allowed_by/0/name").asText()).isEqualTo("l4-rule");
      assertThat(record.at("/flow/source/pod_name").asText()).isEqualTo("frontend");
      assertThat(record.at("/flow/destination/pod_name").asText()).isEqualTo("server");
      assertThat(record.at("/flow/is_reply").asBoolean(true)).isFalse();
      assertThat(record.at("/sluice/rule").asText()).isEqualTo("spec.ingress[0].toPorts[0]");
      assertThat(agent.flows().stream().filter(line -> isOf(line, conversation.port()))).hasSize(1);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whatADenyRuleRefusesNamesIt(boolean v6) throws IOException {
    try (Conversation conversation = new Conversation(node.stranger, ALLOWED, v6)) {
      conversation.send("one");
      JsonNode record = record(conversation.port());
      assertThat(conversation.arrives("one")).isFalse();
      assertThat(record.at("/flow/verdict").asText()).isEqualTo("DROPPED");
      assertThat(record.at("/flow/drop_reason_desc").asText()).isEqualTo("POLICY_DENY");
      assertThat(record.at("/flow/ingress_denied_by/0/name").asText()).isEqualTo("l4-rule");
    }
  }

  @Test
  void whatNothingAllowsNamesNoPolicy() throws IOException {
    try (Conversation conversation = new Conversation(node.frontend, REFUSED, false)) {
      conversation.send("one");
      JsonNode record = record(conversation.port());
      assertThat(conversation.arrives("one")).isFalse();
      assertThat(record.at("/flow/drop_reason_desc").asText()).isEqualTo("POLICY_DENIED");
      assertThat(record.at("/flow").has("ingress_denied_by")).isFalse();
    }
  }

  @Test
  void whatAuditWouldRefusePassesAndIsRecorded() throws IOException {
    try (Conversation conversation = new Conversation(node.frontend, AUDITED, true)) {
      conversation.send("one");
      assertThat(conversation.arrives("one")).isTrue();
      JsonNode record = record(conversation.port());
      assertThat(record.at("/flow/verdict").asText()).isEqualTo("AUDIT");
      assertThat(record.at("/flow/ingress_denied_by/0/name").asText()).isEqualTo("rehearsal");
    }
  }

  @Test
  void aFloodIsCountedAndNotRecorded() throws IOException {
    try (Conversation flood = new Conversation(node.stranger, REFUSED, false)) {
      for (int i = 0; i < 1_000; i++) {
        flood.send("x");
      }
      await()
          .atMost(Duration.ofSeconds(5))
          .until(
              () ->
                  agent
                      .admin("/metrics")
                      .body()
                      .lines()
                      .anyMatch(
                          line -> line.matches("sluice_flows_suppressed_total [1-9][0-9.E]*")));
      assertThat(agent.flows().stream().filter(line -> isOf(line, flood.port())).count())
          .isBetween(1L, 999L);
    }
  }

  @Test
  void theKernelsMapsAreShown() throws IOException {
    JsonNode policy = map("policy");
    assertThat(policy.findValuesAsText("action")).contains("allow", "deny", "steer");
    assertThat(map("endpoints").findValuesAsText("ipv4")).contains(node.server.ipv4());
    assertThat(map("ipcache").findValuesAsText("prefix")).contains(node.frontend.ipv4() + "/32");
    try (Conversation conversation = new Conversation(node.frontend, ALLOWED, false)) {
      conversation.send("one");
      assertThat(conversation.arrives("one")).isTrue();
      assertThat(map("conntrack").findValuesAsText("remotePort"))
          .contains(Integer.toString(conversation.port()));
    }
    assertThat(node.sluice("map", "list").output()).contains("map=policy entries=");
    assertThat(node.sluice("map", "dump", "nothing").exit()).isEqualTo(2);
  }

  private static JsonNode map(String name) {
    return parse(node.sluice("map", "dump", name, "-o", "json").output());
  }

  @Test
  void aConversationOutlivesAKilledAgentAndItsSuccessor() throws IOException {
    try (Conversation conversation = new Conversation(node.frontend, ALLOWED, false)) {
      conversation.send("before");
      assertThat(conversation.arrives("before")).isTrue();
      agent.kill();
      conversation.send("without");
      assertThat(conversation.arrives("without")).isTrue();
      try (Conversation refused = new Conversation(node.stranger, REFUSED, false)) {
        refused.send("denied");
        assertThat(refused.arrives("denied")).isFalse();
      }
      agent = node.startAgent();
      conversation.answer("after");
      assertThat(conversation.answered("after")).isTrue();
      conversation.send("after");
      assertThat(conversation.arrives("after")).isTrue();
    }
  }

  private static JsonNode record(int port) {
    return await()
        .atMost(Duration.ofSeconds(3))
        .until(
            () ->
                agent.flows().stream()
                    .filter(line -> isOf(line, port))
                    .map(PacketsKT::parse)
                    .findFirst()
                    .orElse(null),
            found -> found != null);
  }

  private static boolean isOf(String line, int port) {
    return parse(line).at("/flow/l4/UDP/source_port").asInt() == port;
  }

  private static JsonNode parse(String line) {
    try {
      return JSON.readTree(line);
    } catch (JsonProcessingException e) {
      throw new AssertionError("no JSON: " + line, e);
    }
  }

  /** Datagrams between a pod and the server. */
  private static final class Conversation implements AutoCloseable {
    private static final int WAIT_MILLIS = 1_000;

    private final DatagramSocket client;
    private final DatagramSocket server;

    Conversation(Pod from, int port, boolean v6) {
      server = bound(node.server, v6, port);
      client = bound(from, v6, 0);
    }

    private static DatagramSocket bound(Pod pod, boolean v6, int port) {
      InetAddress address = InetAddress.ofLiteral(v6 ? pod.ipv6() : pod.ipv4());
      return pod.network()
          .call(
              () -> {
                DatagramSocket socket = new DatagramSocket(new InetSocketAddress(address, port));
                socket.setSoTimeout(WAIT_MILLIS);
                return socket;
              });
    }

    int port() {
      return client.getLocalPort();
    }

    void send(String text) throws IOException {
      send(client, text, server);
    }

    void answer(String text) throws IOException {
      send(server, text, client);
    }

    private static void send(DatagramSocket from, String text, DatagramSocket to)
        throws IOException {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      from.send(new DatagramPacket(bytes, bytes.length, to.getLocalSocketAddress()));
    }

    boolean arrives(String text) throws IOException {
      return isNext(text, server);
    }

    boolean answered(String text) throws IOException {
      return isNext(text, client);
    }

    private static boolean isNext(String text, DatagramSocket at) throws IOException {
      DatagramPacket packet = new DatagramPacket(new byte[100], 100);
      try {
        at.receive(packet);
      } catch (SocketTimeoutException silence) {
        return false;
      }
      return text.equals(
          new String(packet.getData(), 0, packet.getLength(), StandardCharsets.UTF_8));
    }

    @Override
    public void close() {
      client.close();
      server.close();
    }
  }
}
