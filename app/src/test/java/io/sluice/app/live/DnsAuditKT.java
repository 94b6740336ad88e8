package io.sluice.app.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.app.lab.AgentProcess;
import io.sluice.app.lab.NameServer;
import io.sluice.app.lab.Zone;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The example policy under audit: everything passes as it came, and is recorded. */
class DnsAuditKT {
  private static final int HEADER = 12;

  private static DnsNode node;
  private static AgentProcess agent;

  @BeforeAll
  static void raise() {
    node = new DnsNode();
    node.zone
        .with("s3.amazonaws.com", 60, "203.0.113.10", "2001:db8:5::10")
        .with("other.example.com", 60, "203.0.113.50", "2001:db8:5::50");
    node.serve(new EchoOrZone(node.zone));
    node.world.write(
        "policy.yaml",
        DnsNode.example("allow-s3-egress.yaml")
            .replace(
                "namespace: data-pipeline}",
                "namespace: data-pipeline, annotations: {policy.sluice.io/audit: \"true\"}}"));
    agent = node.startAgent();
  }

  @AfterAll
  static void remove() throws Exception {
    node.close();
  }

  /** Sends back what is no query for a name of the zone. */
  private record EchoOrZone(Zone zone) implements NameServer.Answers {
    @Override
    public List<byte[]> to(byte[] message, boolean overTcp) {
      return message.length > HEADER && message[2] == 1 && message[5] == 1
          ? zone.to(message, overTcp)
          : List.of(message);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whatIsNoQueryPassesByteForByte(boolean v6) {
    Random random = new Random(7);
    for (int length : new int[] {1, 11, 12, 100, 1_200}) {
      byte[] message = new byte[length];
      random.nextBytes(message);
      if (length > 5) {
        message[5] = 0;
      }
      assertThat(Lookup.raw(node.uploader, node.server(v6), message)).isEqualTo(message);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whatWouldBeRefusedIsAnsweredAndRecorded(boolean v6) throws Exception {
    String address = v6 ? "2001:db8:5:0:0:0:0:50" : "203.0.113.50";
    assertThat(node.ask("other.example.com", v6).addresses()).containsExactly(address);
    assertThat(
            Lookup.tcp(
                node.uploader,
                node.server(v6),
                v6 ? Lookup.AAAA : Lookup.A,
                "other.example.com",
                "s3.amazonaws.com"))
        .extracting(Lookup.Answer::code)
        .containsExactly(0, 0);
    try (RawConnection connection = node.connect(address)) {
      assertThat(connection.status("GET", "/")).isEqualTo(200);
    }
    await()
        .atMost(Duration.ofSeconds(10))
        .untilAsserted(
            () ->
                assertThat(agent.flows())
                    .anyMatch(flow -> isAudit(flow, "\"query\":\"other.example.com.\""))
                    .anyMatch(flow -> isAudit(flow, "\"destination\":\"" + address + "\"")));
  }

  @Test
  void whatWouldBeAllowedIsLearned() throws Exception {
    node.ask("s3.amazonaws.com", false);
    await()
        .atMost(Duration.ofSeconds(10))
        .until(() -> node.sluice("map", "dump", "fqdn").output().contains("203.0.113.10"));
    try (RawConnection connection = node.connect("203.0.113.10")) {
      assertThat(connection.status("GET", "/")).isEqualTo(200);
    }
    assertThat(agent.flows()).noneMatch(flow -> isAudit(flow, "\"destination\":\"203.0.113.10\""));
  }

  private static boolean isAudit(String flow, String part) {
    return flow.contains("\"verdict\":\"AUDIT\"") && flow.contains(part);
  }
}
