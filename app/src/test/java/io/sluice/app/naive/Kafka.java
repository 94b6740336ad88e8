package io.sluice.app.naive;

import io.sluice.app.naive.Answer.Verdict;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Kafka rules against one request. */
final class Kafka {
  private static final Set<String> PRODUCE = Set.of("produce", "metadata", "apiversions");
  private static final Set<String> CONSUME =
      Set.of(
          "fetch",
          "offsets",
          "metadata",
          "offsetcommit",
          "offsetfetch",
          "findcoordinator",
          "joingroup",
          "heartbeat",
          "leavegroup",
          "syncgroup",
          "apiversions");
  private static final Set<String> OF_TOPICS =
      Set.of("produce", "fetch", "offsets", "metadata", "createtopics");

  private Kafka() {}

  static Verdict judge(Map<String, Object> request, List<Object> rules) {
    String key = Yaml.text(request, "apiKey");
    Set<Object> topics = new LinkedHashSet<>(Yaml.list(request, "topics"));
    Set<Object> covered = new LinkedHashSet<>();
    for (Object rule : rules) {
      if (!keyMatches(rule, key) || !same(rule, request, "clientID")) {
        continue;
      }
      String topic = Yaml.text(rule, "topic");
      if (topic.isEmpty() || !OF_TOPICS.contains(key)) {
        return Verdict.ALLOWED;
      }
      if (topics.contains(topic)) {
        covered.add(topic);
      }
    }
    if (topics.isEmpty() || covered.isEmpty()) {
      return Verdict.DENIED;
    }
    return covered.equals(topics) ? Verdict.ALLOWED : Verdict.PARTIAL;
  }

  private static boolean keyMatches(Object rule, String key) {
    String apiKey = Yaml.text(rule, "apiKey").toLowerCase(Locale.ROOT);
    return switch (Yaml.text(rule, "role").toLowerCase(Locale.ROOT)) {
      case "produce" -> PRODUCE.contains(key);
      case "consume" -> CONSUME.contains(key);
      default -> apiKey.isEmpty() || apiKey.equals(key);
    };
  }

  private static boolean same(Object rule, Map<String, Object> request, String field) {
    String wanted = Yaml.text(rule, field);
    return wanted.isEmpty() || wanted.equals(Yaml.text(request, field));
  }
}
