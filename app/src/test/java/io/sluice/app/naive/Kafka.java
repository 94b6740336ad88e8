package io.sluice.app.naive;

import io.sluice.app.naive.Answer.Verdict;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Kafka rules against one request: each topic is allowed by any rule on it, and a rule also allows
 * what a client can't do without to use what it names.
 */
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
      Set.of(
          "produce",
          "fetch",
          "offsets",
          "metadata",
          "offsetcommit",
          "offsetfetch",
          "createtopics",
          "deletetopics",
          "addpartitionstotxn");

  private static final Set<String> IMPLIED_BY_ALL = Set.of("apiversions", "saslhandshake");
  private static final Set<String> IMPLIED_BY_PRODUCE =
      Set.of(
          "initproducerid", "findcoordinator", "addpartitionstotxn", "addoffsetstotxn", "endtxn");
  private static final Set<String> IMPLIED_BY_FETCH =
      Set.of(
          "offsets",
          "findcoordinator",
          "joingroup",
          "syncgroup",
          "heartbeat",
          "leavegroup",
          "offsetcommit",
          "offsetfetch",
          "txnoffsetcommit");

  private Kafka() {}

  static Verdict judge(Map<String, Object> request, List<Object> rules) {
    String key = Yaml.text(request, "apiKey");
    Set<Object> topics = new LinkedHashSet<>(Yaml.list(request, "topics"));
    if (!OF_TOPICS.contains(key) || (key.equals("metadata") && topics.isEmpty())) {
      return rules.stream().anyMatch(rule -> allows(rule, request))
          ? Verdict.ALLOWED
          : Verdict.DENIED;
    }
    Set<Object> covered = new HashSet<>();
    for (Object rule : rules) {
      String topic = Yaml.text(rule, "topic");
      if (allows(rule, request)) {
        if (topic.isEmpty()) {
          return Verdict.ALLOWED;
        }
        covered.add(topic);
      }
    }
    covered.retainAll(topics);
    if (covered.isEmpty()) {
      return Verdict.DENIED;
    }
    // A transaction's partitions are added together or not at all.
    Verdict some = key.equals("addpartitionstotxn") ? Verdict.DENIED : Verdict.PARTIAL;
    return covered.equals(topics) ? Verdict.ALLOWED : some;
  }

  /** Whether all but the topic of the rule matches. */
  private static boolean allows(Object rule, Map<String, Object> request) {
    String key = Yaml.text(request, "apiKey");
    Set<String> keys = keys(rule);
    boolean named = keys.isEmpty() || keys.contains(key);
    return same(rule, request, "clientID")
        && ((named && same(rule, request, "apiVersion")) || implied(keys, request));
  }

  /** The APIs that a rule names; none for all. */
  private static Set<String> keys(Object rule) {
    String apiKey = Yaml.text(rule, "apiKey").toLowerCase(Locale.ROOT);
    return switch (Yaml.text(rule, "role").toLowerCase(Locale.ROOT)) {
      case "produce" -> PRODUCE;
      case "consume" -> CONSUME;
      default -> apiKey.isEmpty() ? Set.of() : Set.of(apiKey);
    };
  }

  private static boolean implied(Set<String> keys, Map<String, Object> request) {
    String key = Yaml.text(request, "apiKey");
    boolean produces = keys.isEmpty() || keys.contains("produce");
    boolean fetches = keys.isEmpty() || keys.contains("fetch");
    boolean topics = keys.isEmpty() || keys.stream().anyMatch(OF_TOPICS::contains);
    boolean brokers = key.equals("metadata") && Yaml.list(request, "topics").isEmpty();
    return IMPLIED_BY_ALL.contains(key)
        || (produces && IMPLIED_BY_PRODUCE.contains(key))
        || (fetches && IMPLIED_BY_FETCH.contains(key))
        || (key.equals("metadata") && topics)
        || brokers;
  }

  private static boolean same(Object rule, Map<String, Object> request, String field) {
    String wanted = Yaml.text(rule, field);
    return wanted.isEmpty() || wanted.equals(Yaml.text(request, field));
  }
}
