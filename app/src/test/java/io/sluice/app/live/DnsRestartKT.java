package io.sluice.app.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.sluice.app.lab.AgentProcess;
import io.sluice.app.lab.Lab;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What was learned, while the agent is gone and after it has come back; and what denies it. */
class DnsRestartKT {
  private static final String BEFORE = "203.0.113.10";

  private DnsNode node;

  @BeforeEach
  void raise() {
    node = new DnsNode();
    node.zone.with("s3.amazonaws.com", 60, BEFORE).with("api.example.com", 60, "203.0.113.40");
    node.serve(node.zone);
  }

  @AfterEach
  void remove() throws Exception {
    node.close();
  }

  @Test
  void learnedAddressesOutliveAKilledAgent() throws Exception {
    AgentProcess first = node.startAgent();
    assertThat(node.ask("s3.amazonaws.com", false).addresses()).containsExactly(BEFORE);
    first.kill();

    assertReached(BEFORE);
    assertThat(Lookup.raw(node.uploader, node.server(false), Lookup.query(1, "api.example.com", 1)))
        .as("with nobody to judge it")
        .isNull();

    node.startAgent();
    assertReached(BEFORE);
    assertThat(node.sluice("fqdn", "explain", "s3.amazonaws.com").output())
        .contains(BEFORE, "data-pipeline/allow-s3-egress");
    assertThat(node.ask("api.example.com", false).addresses()).containsExactly("203.0.113.40");
    assertReached("203.0.113.40");

    assertThat(node.sluice("cleanup", "--force").exit()).isZero();
  }

  /** Unjudged, to the servers that rules name; but nothing is learned by it. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void queriesPassWhileNoAgentRunsWhereThatIsWanted(boolean v6) throws Exception {
    String known = v6 ? "2001:db8:5::10" : BEFORE;
    String unknown = v6 ? "2001:db8:5::40" : "203.0.113.40";
    node.zone
        .with("s3.amazonaws.com", 60, known)
        .with("api.example.com", 60, unknown)
        .with("other.example.org", 60, v6 ? "2001:db8:5::50" : "203.0.113.50");
    String unnamed = v6 ? Lab.WORLD_V6 : Lab.WORLD_V4;
    node.serve(node.lab.outside(), unnamed);
    int type = v6 ? Lookup.AAAA : Lookup.A;
    String config = node.config("dns: {fail: known-names}");
    AgentProcess first = node.startAgent(config);
    assertThat(node.ask("s3.amazonaws.com", v6).addresses()).hasSize(1);
    assertThat(node.ask("other.example.org", v6).code()).isEqualTo(Lookup.REFUSED);
    try (DatagramSocket udp = Lookup.udp(node.uploader, node.server(v6))) {
      assertThat(Lookup.udp(udp, "other.example.org", type).code()).isEqualTo(Lookup.REFUSED);
      first.kill();

      assertThat(Lookup.udp(udp, "other.example.org", type).addresses()).hasSize(1);
      assertThat(node.ask("api.example.com", v6).addresses()).hasSize(1);
      assertReached(known);
      assertThat(node.noByte(unknown, 443)).as("not learned").isTrue();
      try (Socket tcp = Lookup.tcp(node.uploader, node.server(v6))) {
        assertThat(Lookup.tcp(tcp, type, "s3.amazonaws.com", "other.example.org"))
            .allMatch(answer -> answer.addresses().size() == 1);
        assertThat(Lookup.raw(node.uploader, unnamed, Lookup.query(1, "s3.amazonaws.com", type)))
            .as("a server that no rule names")
            .isNull();

        node.startAgent(config);
        assertThat(Lookup.udp(udp, "other.example.org", type).code()).isEqualTo(Lookup.REFUSED);
        assertThatThrownBy(() -> Lookup.tcp(tcp, type, "other.example.org"))
            .as("a connection that no proxy has")
            .isInstanceOf(IOException.class);
      }
      assertThat(Lookup.tcp(node.uploader, node.server(v6), type, "other.example.org"))
          .allMatch(answer -> answer.code() == Lookup.REFUSED);
      assertThat(node.noByte(unknown, 443)).as("told while nobody was there to learn it").isTrue();
      assertThat(node.ask("api.example.com", v6).addresses()).hasSize(1);
      assertReached(unknown);
      assertReached(known);
    }
  }

  @Test
  void aDamagedFileOfNamesKeepsNoAgentFromResolving() throws Exception {
    AgentProcess first = node.startAgent();
    assertThat(node.ask("s3.amazonaws.com", false).addresses()).hasSize(1);
    first.kill();
    Path file = namesFile();
    Files.write(file, new byte[] {1, 2, 3});

    node.startAgent();
    assertThat(file.resolveSibling("names.unreadable")).hasBinaryContent(new byte[] {1, 2, 3});
    assertThat(node.ask("api.example.com", false).addresses()).hasSize(1);
    assertReached("203.0.113.40");
  }

  /** Beside its journal, which is there from the first name on. */
  private Path namesFile() throws IOException {
    try (Stream<Path> files = Files.walk(node.lab.directory().resolve("state"))) {
      return files
          .filter(file -> file.getFileName().toString().startsWith("names.since-"))
          .findFirst()
          .orElseThrow()
          .resolveSibling("names");
    }
  }

  @Test
  void whatDeniesTheWorldDeniesLearnedAddresses() throws Exception {
    node.startAgent();
    node.ask("s3.amazonaws.com", false);
    assertReached(BEFORE);

    node.world.write("baseline.yaml", DnsNode.example("baseline-deny-world-egress.yaml"));
    await().atMost(Duration.ofSeconds(10)).until(() -> node.noByte(BEFORE, 443));
    assertThat(node.ask("s3.amazonaws.com", false).addresses()).as("the name").hasSize(1);
    assertThat(node.noByte(BEFORE, 443)).isTrue();

    node.world.delete("baseline.yaml");
    await().atMost(Duration.ofSeconds(10)).until(() -> !node.noByte(BEFORE, 443));
  }

  @Test
  void thatPolicyAloneAllowsNothingButWhatItNames() throws Exception {
    node.world.write("policy.yaml", DnsNode.example("baseline-deny-world-egress.yaml"));
    node.world.write(
        "apiserver.yaml",
        """
        apiVersion: v1
        kind: Service
        metadata: {namespace: default, name: kubernetes}
        spec: {clusterIP: 10.96.0.1, ports: [{port: 443, protocol: TCP}]}
        ---
        apiVersion: discovery.k8s.io/v1
        kind: EndpointSlice
        metadata:
          namespace: default
          name: kubernetes
          labels: {kubernetes.io/service-name: kubernetes}
        addressType: IPv4
        endpoints: [{addresses: ["%s"]}]
        ports: [{port: 443, protocol: TCP}]
        """
            .formatted(Lab.OTHER_NODE_V4));
    node.startAgent();
    assertThat(node.noByte(BEFORE, 443)).as("the world").isTrue();
    assertThat(
            Lookup.raw(node.uploader, node.server(false), Lookup.query(1, "s3.amazonaws.com", 1)))
        .as("a name server")
        .isNull();
    assertReached(Lab.OTHER_NODE_V4);
  }

  @Test
  void aSelectorThatComesLaterFindsWhatIsKnown() throws Exception {
    String onlyDns = DnsNode.example("allow-s3-egress.yaml").split("    - toFQDNs:")[0];
    node.world.write("policy.yaml", onlyDns);
    node.startAgent();
    node.ask("s3.amazonaws.com", false);
    assertThat(node.noByte(BEFORE, 443)).isTrue();

    node.world.write("policy.yaml", DnsNode.example("allow-s3-egress.yaml"));
    await().atMost(Duration.ofSeconds(10)).until(() -> !node.noByte(BEFORE, 443));
  }

  private void assertReached(String address) throws Exception {
    try (RawConnection connection = node.connect(address)) {
      assertThat(connection.status("GET", "/")).isEqualTo(200);
    }
  }
}
