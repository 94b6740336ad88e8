package io.sluice.xds.crd.policy;

import io.sluice.xds.crd.read.Located;
import io.sluice.xds.crd.read.RejectedException;
import io.sluice.xds.world.L7Rules.KafkaRule;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Pattern;

/** Reads the elements of {@code rules.kafka} (policy language, 5.6). */
final class KafkaParser {
  private static final int MAX_CLIENT_ID = Short.MAX_VALUE;
  private static final int ANY_VERSION = -1;
  private static final Pattern TOPIC = Pattern.compile("[a-zA-Z0-9._-]{1,255}");

  private static final List<Integer> PRODUCE = List.of(0, 3, 18);
  private static final List<Integer> CONSUME = List.of(1, 2, 3, 8, 9, 10, 11, 12, 13, 14, 18);

  private final Bounds bounds;

  KafkaParser(Bounds bounds) {
    this.bounds = bounds;
  }

  /** Reads one; a field that is absent or empty means any. */
  KafkaRule rule(Located rule) throws RejectedException {
    bounds.addL7Rule(rule);
    rule.allow(Set.of("role", "apiKey", "apiVersion", "clientID", "topic"));
    String role = rule.text("role");
    String apiKey = rule.text("apiKey");
    if (!role.isEmpty() && !apiKey.isEmpty()) {
      rule.require("role").error("can't be combined with apiKey; write two rules");
    }
    List<Integer> apiKeys = List.of();
    if (!apiKey.isEmpty()) {
      apiKeys = List.of(number(rule.require("apiKey")));
    } else if (!role.isEmpty()) {
      apiKeys = role(rule.require("role"));
    }
    String topic = rule.text("topic");
    if (!topic.isEmpty() && !TOPIC.matcher(topic).matches()) {
      throw rule.require("topic")
          .reject(
              "expected a topic of at most 255 letters, digits, '.', '_' and '-', found \""
                  + topic
                  + "\"; topics are compared literally");
    }
    String clientId = rule.text("clientID");
    if (clientId.length() > MAX_CLIENT_ID) {
      throw rule.require("clientID").reject("longer than any client's name can be");
    }
    Located version = rule.get("apiVersion");
    return new KafkaRule(
        rule.place(),
        apiKeys,
        version == null || version.text().isEmpty() ? ANY_VERSION : version(version),
        clientId,
        topic);
  }

  private static int number(Located field) throws RejectedException {
    OptionalInt number = KafkaKeys.number(field.text());
    if (number.isEmpty()) {
      throw field.reject(
          "unknown request \"" + field.text() + "\"; expected one of " + KafkaKeys.names());
    }
    return number.getAsInt();
  }

  private static List<Integer> role(Located field) throws RejectedException {
    String role = field.text().toLowerCase(Locale.ROOT);
    if (!role.equals(field.text())) {
      field.warn("is taken as " + role + "; an API server accepts only lower case");
    }
    return switch (role) {
      case "produce" -> PRODUCE;
      case "consume" -> CONSUME;
      default -> throw field.reject("expected produce or consume, found \"" + field.text() + "\"");
    };
  }

  private static int version(Located field) throws RejectedException {
    String text = field.text();
    if (!text.matches("0|[1-9][0-9]{0,4}") || Integer.parseInt(text) > Short.MAX_VALUE) {
      throw field.reject("expected a version from \"0\" to \"32767\", found \"" + text + "\"");
    }
    return Integer.parseInt(text);
  }
}
