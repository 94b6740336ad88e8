package io.sluice.app.packet;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.app.lab.AgentProcess;
import io.sluice.app.packet.Cell.Expected;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** What an agent has recorded of packets so far. */
final class Flows {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Map<Key, List<JsonNode>> byOpening;

  /** What tells two cells apart; of a ping without its id, which flows don't have. */
  private record Key(
      boolean outgoing, String source, String destination, String member, int sourcePort) {}

  private Flows(Map<Key, List<JsonNode>> byOpening) {
    this.byOpening = byOpening;
  }

  static Flows of(AgentProcess agent) {
    return new Flows(
        agent.flows().stream()
            .map(Flows::parse)
            .filter(record -> !record.at("/flow/is_reply").asBoolean())
            .collect(Collectors.groupingBy(Flows::key, HashMap::new, Collectors.toList())));
  }

  /** The records of a cell. */
  List<JsonNode> of(Cell cell, InetAddress source, InetAddress destination) {
    boolean ping = cell.wire() == Wire.PING;
    return byOpening.getOrDefault(
        new Key(
            cell.outgoing(),
            source.getHostAddress(),
            destination.getHostAddress(),
            ping ? (cell.v6() ? "ICMPv6" : "ICMPv4") : cell.wire().member,
            ping ? 0 : cell.id()),
        List.of());
  }

  /** The flow says what became of a packet, which policy decided, and who the other side was. */
  void assertRecorded(Cell cell, InetAddress source, InetAddress destination) {
    List<JsonNode> records = of(cell, source, destination);
    Expected expected = cell.expected();
    assertThat(records).as("records").isNotEmpty();
    if (expected.passes()) {
      // Others may be sent again: a SYN that was not answered.
      assertThat(records).as("records").hasSize(1);
    }
    JsonNode record = records.getFirst();
    JsonNode flow = record.get("flow");
    assertThat(flow.at("/verdict").asText()).isEqualTo(verdict(expected));
    assertThat(flow.path("drop_reason_desc").asText()).isEqualTo(dropReason(expected));
    assertThat(flow.at("/Type").asText()).isEqualTo("L3_L4");
    String side = cell.outgoing() ? "destination" : "source";
    assertThat(flow.at("/" + side + "/labels").toString()).contains(cell.place().label);
    String direction = cell.outgoing() ? "egress" : "ingress";
    assertThat(names(flow.path(direction + "_denied_by"))).isEqualTo(deniedBy(cell));
    boolean nodeInByDefault = cell.place() == Place.NODE && !cell.outgoing();
    if (!nodeInByDefault) {
      assertThat(names(flow.path(direction + "_allowed_by")))
          .isEqualTo(expected == Expected.PASS ? List.of(cell.rule().title()) : List.of());
    }
    String reason = record.at("/sluice/reason").asText();
    assertThat(reason.contains("without audit it would be allowed"))
        .as(reason)
        .isEqualTo(expected == Expected.DROP_WOULD_PASS);
  }

  private static String verdict(Expected expected) {
    return switch (expected) {
      case PASS -> "FORWARDED";
      case DROP, DENY, DROP_WOULD_PASS -> "DROPPED";
      case PASS_WOULD_DROP, PASS_WOULD_DENY -> "AUDIT";
    };
  }

  private static String dropReason(Expected expected) {
    return switch (expected) {
      case DROP, DROP_WOULD_PASS -> "POLICY_DENIED";
      case DENY -> "POLICY_DENY";
      case PASS, PASS_WOULD_DROP, PASS_WOULD_DENY -> "";
    };
  }

  private static List<String> deniedBy(Cell cell) {
    return switch (cell.expected()) {
      case DENY -> List.of(cell.rule().title());
      case PASS_WOULD_DENY -> List.of(cell.rule().auditedTitle());
      case PASS, DROP, PASS_WOULD_DROP, DROP_WOULD_PASS -> List.of();
    };
  }

  private static List<String> names(JsonNode policies) {
    return policies.findValuesAsText("name");
  }

  private static Key key(JsonNode record) {
    JsonNode flow = record.get("flow");
    String member = flow.at("/l4").fieldNames().hasNext() ? flow.at("/l4").fieldNames().next() : "";
    return new Key(
        flow.at("/traffic_direction").asText().equals("EGRESS"),
        address(flow.at("/IP/source").asText()),
        address(flow.at("/IP/destination").asText()),
        member,
        flow.at("/l4/" + member + "/source_port").asInt());
  }

  private static String address(String text) {
    return text.isEmpty() ? "" : InetAddress.ofLiteral(text).getHostAddress();
  }

  private static JsonNode parse(String line) {
    try {
      return JSON.readTree(line);
    } catch (JsonProcessingException broken) {
      throw new AssertionError("no JSON: " + line, broken);
    }
  }
}
