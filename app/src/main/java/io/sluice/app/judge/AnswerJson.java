package io.sluice.app.judge;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.proxy.policy.rule.NearestMiss;
import io.sluice.proxy.policy.rule.RuleOrigin;
import org.jspecify.annotations.Nullable;

/** Writes answers for programs; the keys are a contract. */
public final class AnswerJson {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private AnswerJson() {}

  /** The answer as one object. */
  public static ObjectNode of(Answer answer) {
    ObjectNode json = JSON.objectNode();
    json.put("verdict", answer.outcome().name());
    json.put("layer", answer.layer().name());
    json.put("proxied", answer.proxied());
    add(json, "egress", answer.egress());
    add(json, "ingress", answer.ingress());
    return json;
  }

  private static void add(ObjectNode json, String name, @Nullable Side side) {
    if (side == null) {
      return;
    }
    ObjectNode object = json.putObject(name);
    object.put("endpoint", side.endpoint());
    object.put("enforced", side.enforced());
    object.put("verdict", side.outcome().name());
    object.put("layer", side.layer().name());
    object.put("proxied", side.proxied());
    object.put("reason", side.reason());
    ArrayNode decidedBy = object.putArray("decidedBy");
    side.decidedBy().forEach(rule -> decidedBy.add(rule(rule)));
    ArrayNode misses = object.putArray("nearestMisses");
    for (NearestMiss miss : side.nearestMisses()) {
      misses.add(rule(miss.origin()).put("field", miss.field()).put("why", miss.why()));
    }
    if (side.forwarded() != null) {
      ObjectNode headers = object.putObject("forwarded").putObject("headers");
      side.forwarded().forEach((header, values) -> values.forEach(headers.withArray(header)::add));
    }
  }

  private static ObjectNode rule(RuleOrigin origin) {
    return JSON.objectNode()
        .put("kind", origin.kind())
        .put("policy", origin.policy())
        .put("rule", origin.rule());
  }
}
