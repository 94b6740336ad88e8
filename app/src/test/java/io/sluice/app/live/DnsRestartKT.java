package io.sluice.app.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.app.lab.AgentProcess;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

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
