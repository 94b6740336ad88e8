package io.sluice.proxy.observe;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.proxy.observe.PacketFlow.DropReason;
import io.sluice.proxy.observe.PacketFlow.Verdict;
import io.sluice.proxy.policy.Direction;
import io.sluice.proxy.policy.rule.RuleOrigin;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is written of a packet that the kernel judged alone. */
class PacketFlowTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final InetAddress UNKNOWN = InetAddress.ofLiteral("::");

  @TempDir private Path folder;

  @Test
  void aPacketThatNothingAllowsNamesThePoliciesThatSelectItsEndpoint() throws Exception {
    JsonNode line = written(6, true, Verdict.DROPPED, DropReason.POLICY_DENIED, RuleOrigin.NONE);
    JsonNode flow = line.get("flow");
    assertThat(flow.at("/verdict").asText()).isEqualTo("DROPPED");
    assertThat(flow.at("/drop_reason").asInt()).isEqualTo(133);
    assertThat(flow.at("/drop_reason_desc").asText()).isEqualTo("POLICY_DENIED");
    assertThat(flow.at("/Type").asText()).isEqualTo("L3_L4");
    assertThat(flow.at("/event_type").toString()).isEqualTo("{\"type\":1,\"sub_type\":133}");
    assertThat(flow.at("/source/identity").asInt()).isEqualTo(300);
    assertThat(flow.at("/l4/TCP/flags/SYN").asBoolean()).isTrue();
    assertThat(flow.has("ingress_denied_by")).isFalse();
    assertThat(line.at("/sluice/policy").asText()).isEmpty();
    assertThat(line.at("/sluice/reason").asText()).isEqualTo("no rule allows this peer");
    assertThat(line.at("/sluice/policies").toString()).isEqualTo("[\"prod/api-http-filter\"]");
  }

  @ParameterizedTest
  @CsvSource({
    "FORWARDED, , ingress_allowed_by, 5, ''",
    "DROPPED, POLICY_DENY, ingress_denied_by, 1, a deny rule matches",
    "AUDIT, , ingress_denied_by, 5, without audit it would be refused: a deny rule matches",
  })
  void theRuleThatDecidedIsNamed(
      Verdict verdict, DropReason why, String member, int event, String reason) throws Exception {
    JsonNode line = written(17, false, verdict, why, Sample.RULE);
    JsonNode flow = line.get("flow");
    assertThat(flow.at("/verdict").asText()).isEqualTo(verdict.name());
    assertThat(flow.path(member).toString())
        .isEqualTo(
            """
            [{"name":"api-http-filter","namespace":"prod","kind":"CiliumNetworkPolicy"}]\
            """);
    assertThat(flow.at("/event_type/type").asInt()).isEqualTo(event);
    assertThat(flow.has("drop_reason")).isEqualTo(why != null);
    assertThat(line.at("/sluice/policy").asText()).isEqualTo("prod/api-http-filter");
    assertThat(line.at("/sluice/reason").asText()).isEqualTo(reason);
  }

  @ParameterizedTest
  @CsvSource({
    "6, TCP, 'source_port,destination_port'",
    "17, UDP, 'source_port,destination_port'",
    "132, SCTP, 'source_port,destination_port'",
    "1, ICMPv4, type",
    "58, ICMPv6, type",
  })
  void eachProtocolHasItsMember(int protocol, String name, String members) throws Exception {
    JsonNode flow = written(protocol, false, Verdict.FORWARDED, null, RuleOrigin.NONE).get("flow");
    assertThat(String.join(",", (Iterable<String>) () -> flow.at("/l4/" + name).fieldNames()))
        .isEqualTo(members);
    assertThat(flow.at("/Summary").asText()).isEqualTo(name);
  }

  @Test
  void anAnswerIsSentByTheEndpoint() throws Exception {
    JsonNode flow =
        written(
                new PacketFlow(
                    Sample.TIME,
                    Direction.INGRESS,
                    Sample.API,
                    Sample.CLIENT,
                    17,
                    Sample.TO.getAddress(),
                    53,
                    Sample.FROM.getAddress(),
                    40000,
                    false,
                    true,
                    Verdict.DROPPED,
                    DropReason.POLICY_DENIED,
                    false,
                    RuleOrigin.NONE))
            .get("flow");
    assertThat(flow.at("/is_reply").asBoolean()).isTrue();
    assertThat(flow.at("/source/pod_name").asText()).isEqualTo("api");
    assertThat(flow.at("/destination/pod_name").asText()).isEqualTo("client");
    assertThat(flow.at("/traffic_direction").asText()).isEqualTo("INGRESS");
  }

  @Test
  void whatOnlyAuditKeepsOutSaysSo() throws Exception {
    JsonNode line =
        written(
            new PacketFlow(
                Sample.TIME,
                Direction.INGRESS,
                Sample.API,
                Sample.CLIENT,
                17,
                Sample.FROM.getAddress(),
                40000,
                Sample.TO.getAddress(),
                53,
                false,
                false,
                Verdict.DROPPED,
                DropReason.POLICY_DENIED,
                true,
                RuleOrigin.NONE));
    assertThat(line.at("/flow/verdict").asText()).isEqualTo("DROPPED");
    assertThat(line.at("/sluice/reason").asText())
        .isEqualTo("no rule allows this peer; without audit it would be allowed");
  }

  @Test
  void whatCouldNotBeParsedIsLeftOut() throws Exception {
    JsonNode flow =
        written(
                new PacketFlow(
                    Sample.TIME,
                    Direction.EGRESS,
                    Sample.API,
                    Sample.CLIENT,
                    0,
                    UNKNOWN,
                    0,
                    UNKNOWN,
                    0,
                    false,
                    false,
                    Verdict.DROPPED,
                    DropReason.INVALID_PACKET_DROPPED,
                    false,
                    RuleOrigin.NONE))
            .get("flow");
    assertThat(flow.has("IP")).isFalse();
    assertThat(flow.has("l4")).isFalse();
    assertThat(flow.at("/drop_reason").asInt()).isEqualTo(134);
  }

  private JsonNode written(
      int protocol, boolean opens, Verdict verdict, DropReason why, RuleOrigin rule)
      throws Exception {
    return written(
        new PacketFlow(
            Sample.TIME,
            Direction.INGRESS,
            Sample.API,
            Sample.CLIENT,
            protocol,
            Sample.FROM.getAddress(),
            40000,
            Sample.TO.getAddress(),
            8,
            opens,
            false,
            verdict,
            why,
            false,
            rule));
  }

  private JsonNode written(PacketFlow packet) throws Exception {
    Path file = folder.resolve("packets");
    try (FlowLog log = FlowLog.open(file.toString(), "n1", 1024, List.of())) {
      log.record(packet);
    }
    return JSON.readTree(Files.readString(file));
  }
}
