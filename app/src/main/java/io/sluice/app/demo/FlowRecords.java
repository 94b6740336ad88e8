package io.sluice.app.demo;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.app.lab.AgentProcess;
import io.sluice.app.lab.LabException;
import io.sluice.app.lab.Poll;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Finds in the agent's flow file what decided about a question. */
final class FlowRecords {
  /** How the description of what only audited policies refuse begins. */
  static final String WOULD_REFUSE = "AUDIT: ";

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration LIMIT = Duration.ofSeconds(2);

  private FlowRecords() {}

  /**
   * The policy and the rule, or the reason; a dash if there is no record. Of what no policy is
   * about there may be one, from the kernel: that says no more, so it is not waited for.
   *
   * @param port the client's port; 0 if it never connected
   */
  static String decidedBy(AgentProcess agent, Question question, int port) {
    if (question.expected() == Question.Expected.NOT_STEERED) {
      JsonNode record = find(agent.flows(), question, port);
      return record == null || isOfPacket(record) ? "- (never steered)" : describe(record);
    }
    List<JsonNode> found = new ArrayList<>();
    Poll.until(
        LIMIT,
        () -> {
          JsonNode flow = find(agent.flows(), question, port);
          return flow != null && found.add(flow);
        });
    return found.isEmpty() ? "-" : describe(found.getFirst());
  }

  private static boolean isOfPacket(JsonNode record) {
    return record.path("flow").path("Type").asText().equals("L3_L4");
  }

  private static @Nullable JsonNode find(List<String> lines, Question question, int port) {
    JsonNode found = null;
    for (String line : lines) {
      JsonNode record = parse(line);
      JsonNode flow = record.path("flow");
      JsonNode ip = flow.path("IP");
      int sourcePort = flow.path("l4").path("TCP").path("source_port").asInt();
      if (sameAddress(ip.path("source").asText(), question.source())
          && sameAddress(ip.path("destination").asText(), question.destination())
          && (port == 0 || port == sourcePort)
          && !flow.path("is_reply").asBoolean(false)) {
        found = record;
      }
    }
    return found;
  }

  private static String describe(JsonNode record) {
    JsonNode sluice = record.path("sluice");
    if (record.path("flow").path("verdict").asText().equals("FORWARDED")) {
      String policy = sluice.path("policy").asText();
      return policy.isEmpty() ? "-" : policy + " " + sluice.path("rule").asText();
    }
    JsonNode nearest = sluice.path("nearestMisses").path(0);
    boolean audit = record.path("flow").path("verdict").asText().equals("AUDIT");
    String reason = (audit ? WOULD_REFUSE : "") + sluice.path("reason").asText();
    return nearest.isObject() ? reason + "; nearest: " + nearest.path("rule").asText() : reason;
  }

  private static boolean sameAddress(String one, String other) {
    try {
      return !one.isEmpty() && InetAddress.ofLiteral(one).equals(InetAddress.ofLiteral(other));
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static JsonNode parse(String line) {
    try {
      return JSON.readTree(line);
    } catch (JsonProcessingException e) {
      throw new LabException("a flow record is no JSON: " + line, e);
    }
  }
}
