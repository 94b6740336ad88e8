package io.sluice.app.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.app.exit.ExitCode;
import io.sluice.app.lab.AgentProcess;
import io.sluice.app.lab.Command;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What an agent tells of names and queries: commands, flows, metrics and warnings. */
class DnsRecordsKT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Path METRICS_PAGE = Path.of("../docs/metrics.md");

  private static DnsNode node;
  private static AgentProcess agent;
  private static Instant asked;

  @BeforeAll
  static void raise() {
    node = new DnsNode();
    node.zone
        .with("s3.amazonaws.com", 120, "203.0.113.15")
        .with("crowded.amazonaws.com", 120, "203.0.113.20", "203.0.113.21", "203.0.113.22");
    node.serve(node.zone);
    agent = node.startAgent(node.config("dns: {addressesPerName: 2, reject: nxdomain}"));
    asked = Instant.now();
    node.ask("s3.amazonaws.com", false);
    node.ask("crowded.amazonaws.com", false);
    node.ask("absent.amazonaws.com", false);
    node.ask("s3.amazonaws.com", true);
    node.ask("evil.example.org", false);
  }

  @AfterAll
  static void remove() throws Exception {
    node.close();
  }

  private static JsonNode json(String... arguments) {
    return parse(node.sluice(arguments).output());
  }

  private static JsonNode parse(String text) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new AssertionError("no JSON: " + text, e);
    }
  }

  @Test
  void explainSaysWhoAskedAndUntilWhenTheAddressHolds() {
    JsonNode names = json("fqdn", "explain", "S3.amazonaws.com", "-o", "json");
    assertThat(names).hasSize(1);
    JsonNode name = names.get(0);
    assertThat(name.at("/endpoint").asText()).isEqualTo("data-pipeline/uploader");
    assertThat(name.at("/name").asText()).isEqualTo("s3.amazonaws.com.");
    assertThat(name.at("/selectors")).extracting(JsonNode::asText).contains("*.amazonaws.com");
    assertThat(name.at("/refusedAs")).extracting(JsonNode::asText).containsExactly("NXDOMAIN");
    assertThat(name.at("/addresses")).hasSize(1);
    JsonNode address = name.at("/addresses/0");
    assertThat(address.at("/address").asText()).isEqualTo("203.0.113.15");
    assertThat(Instant.parse(address.at("/until").asText()))
        .isBetween(asked.plusSeconds(119), Instant.now().plusSeconds(130));
    assertThat(address.at("/identity").asLong()).isGreaterThanOrEqualTo(1 << 24);
    assertThat(address.at("/policies"))
        .extracting(JsonNode::asText)
        .containsExactly("data-pipeline/allow-s3-egress");
    assertThat(node.sluice("fqdn", "explain", "s3.amazonaws.com").output())
        .contains("names that its DNS rules do not allow are answered: NXDOMAIN");
  }

  @Test
  void explainSaysNoToANameThatNobodyWasGiven() {
    Command.Result unknown = node.sluice("fqdn", "explain", "evil.example.org", "-o", "json");
    assertThat(unknown.exit()).isEqualTo(ExitCode.NO);
    assertThat(parse(unknown.output())).isEmpty();
    assertThat(unknown.errors()).contains("evil.example.org.");
  }

  @Test
  void listShowsEveryName() {
    JsonNode names = json("fqdn", "list", "-o", "json");
    assertThat(names)
        .extracting(name -> name.at("/name").asText())
        .containsExactlyInAnyOrder("s3.amazonaws.com.", "crowded.amazonaws.com.");
    assertThat(names).allSatisfy(name -> assertThat(name.at("/addresses")).isNotEmpty());
  }

  @Test
  void theKernelsMapsShowTheSame() {
    JsonNode maps = json("map", "list", "-o", "json");
    assertThat(maps).allSatisfy(map -> assertThat(map.at("/entries").isInt()).isTrue());
    assertThat(maps)
        .anySatisfy(
            map -> {
              assertThat(map.at("/map").asText()).isEqualTo("fqdn");
              assertThat(map.at("/entries").asInt()).isEqualTo(3);
            });
    JsonNode entries = json("map", "dump", "fqdn", "-o", "json");
    assertThat(entries).hasSize(3);
    assertThat(entries.toString()).contains("203.0.113.15", "203.0.113.21", "203.0.113.22");
  }

  @Test
  void flowsHaveTheCodeThatTheClientWasGiven() {
    await()
        .atMost(Duration.ofSeconds(10))
        .untilAsserted(
            () -> {
              assertThat(codes("REQUEST", "evil.example.org.")).containsExactly(3);
              assertThat(codes("RESPONSE", "absent.amazonaws.com.")).containsExactly(3);
              assertThat(codes("RESPONSE", "s3.amazonaws.com.")).containsExactly(0, 0);
            });
  }

  private static List<Integer> codes(String type, String query) {
    List<Integer> codes = new ArrayList<>();
    for (String line : agent.flows()) {
      JsonNode l7 = parse(line).at("/flow/l7");
      if (l7.at("/type").asText().equals(type) && l7.at("/dns/query").asText().equals(query)) {
        codes.add(l7.at("/dns/rcode").asInt(-1));
      }
    }
    return codes;
  }

  @Test
  void metricsShowEveryOutcome() {
    assertThat(agent.admin("/metrics").body())
        .contains(messages("answered", "NOERROR") + "2.0\n")
        .contains(messages("answered", "NODATA") + "1.0\n")
        .contains(messages("answered", "NXDOMAIN") + "1.0\n")
        .contains(messages("refused", "NXDOMAIN") + "1.0\n")
        .contains(messages("unanswered", "SERVFAIL") + "0.0\n")
        .contains(
            "sluice_dns_duration_seconds_count{outcome=\"answered\",part=\"datapath\"} 2\n",
            "sluice_dns_duration_seconds_count{outcome=\"answered\",part=\"upstream\"} 4\n",
            "sluice_dns_duration_seconds_count{outcome=\"refused\",part=\"total\"} 1\n",
            "sluice_dns_learned_names 2.0\n",
            "sluice_dns_learned_addresses 3.0\n",
            "sluice_dns_overdue_addresses 0.0\n",
            "sluice_dns_forgotten_names_total 0.0\n",
            "sluice_dns_selectors 2.0\n",
            "sluice_dns_waiting_queries 0.0\n");
  }

  private static String messages(String outcome, String code) {
    return "sluice_dns_messages_total{outcome=\""
        + outcome
        + "\",rcode=\""
        + code
        + "\",transport=\"udp\"} ";
  }

  @Test
  void everyMetricIsOnItsPage() throws IOException {
    String page = Files.readString(METRICS_PAGE);
    List<String> metrics =
        agent
            .admin("/metrics")
            .body()
            .lines()
            .filter(line -> line.startsWith("# TYPE sluice_"))
            .map(line -> line.split(" ")[2])
            .toList();
    assertThat(metrics)
        .hasSizeGreaterThan(20)
        .allSatisfy(metric -> assertThat(page).contains("`" + metric + "`"));
  }

  @Test
  void whatHasNoRoomIsCountedAndWarnedOf() {
    assertThat(agent.admin("/metrics").body())
        .contains("sluice_dns_evicted_addresses_total{limit=\"name\"} 1.0\n");
    await()
        .atMost(Duration.ofSeconds(15))
        .untilAsserted(
            () ->
                assertThat(agent.log().lines().filter(line -> line.contains("there is room for")))
                    .singleElement()
                    .asString()
                    .contains(
                        "WARN",
                        "2 addresses of one name",
                        "crowded.amazonaws.com. for data-pipeline/uploader",
                        "dns.addressesPerName"));
  }
}
