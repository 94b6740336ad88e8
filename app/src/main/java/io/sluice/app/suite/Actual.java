package io.sluice.app.suite;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.app.judge.Answer;
import io.sluice.app.judge.AnswerText;
import io.sluice.app.judge.Side;
import io.sluice.proxy.policy.rule.RuleOrigin;
import io.sluice.xds.crd.Rejection;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What came out of a case, to be held against what was expected.
 *
 * @param verdict in the words of a suite; empty where nothing was asked and nothing refused
 * @param answer null where the policies were refused or nothing was asked
 * @param policies {@code namespace/name} of the policies that were refused
 * @param explanation lines for people
 */
record Actual(
    String verdict, @Nullable Answer answer, List<String> policies, List<String> explanation) {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  /** The policies do not validate. */
  static Actual rejected(List<Rejection> rejected) {
    List<String> names = new ArrayList<>();
    List<String> lines = new ArrayList<>();
    for (Rejection each : rejected) {
      String name = each.namespace().isEmpty() ? each.name() : each.namespace() + "/" + each.name();
      names.add(name);
      lines.add(
          each.source()
              + ": "
              + each.kind()
              + " "
              + name
              + " "
              + each.field()
              + ": "
              + each.reason());
    }
    return new Actual(Expectation.Word.REJECT.name(), null, names, lines);
  }

  /** The policies validate, and nothing was asked. */
  static Actual valid() {
    return new Actual("", null, List.of(), List.of("all policies validate"));
  }

  /** The question was answered. */
  static Actual of(Answer answer) {
    Expectation.Word word =
        answer.conflict()
            ? Expectation.Word.CONFLICT
            : switch (answer.outcome()) {
              case ALLOWED -> Expectation.Word.ALLOW;
              case DENIED -> Expectation.Word.DENY;
              case AUDIT -> Expectation.Word.AUDIT;
              case PARTIAL -> Expectation.Word.PARTIAL;
            };
    return new Actual(word.name(), answer, List.of(), AnswerText.of(answer));
  }

  /** Whether every given key of the expectation holds. */
  boolean meets(Expectation expected) {
    if (expected.verdict() != null && !expected.verdict().name().equals(verdict)) {
      return false;
    }
    Answer given = answer;
    if (given == null) {
      return expected.layer() == null
          && expected.proxied() == null
          && expected.side() == null
          && expected.forwarded().isEmpty()
          && (expected.policy() == null || policies.contains(expected.policy()));
    }
    return (expected.layer() == null || expected.layer() == given.layer())
        && (expected.proxied() == null || expected.proxied() == given.proxied())
        && decidedAt(given, expected)
        && forwards(given, expected.forwarded());
  }

  /** Whether one of the ends that decided is the expected one, by the expected policy. */
  private static boolean decidedAt(Answer answer, Expectation expected) {
    if (expected.side() == null && expected.policy() == null) {
      return true;
    }
    for (Side side : answer.deciding()) {
      boolean there = expected.side() == null || end(answer, side) == expected.side();
      boolean so =
          expected.policy() == null
              || side.decidedBy().stream()
                  .anyMatch(rule -> rule.policy().equals(expected.policy()));
      if (there && so) {
        return true;
      }
    }
    return false;
  }

  private static Expectation.End end(Answer answer, Side side) {
    return side.equals(answer.egress()) ? Expectation.End.EGRESS : Expectation.End.INGRESS;
  }

  private static boolean forwards(Answer answer, Map<String, List<String>> expected) {
    Map<String, List<String>> sent = answer.forwarded();
    return expected.entrySet().stream()
        .allMatch(
            header ->
                sent.getOrDefault(header.getKey().toLowerCase(Locale.ROOT), List.of())
                    .equals(header.getValue()));
  }

  /** What came out, in the form in which it was expected. */
  JsonNode inTheFormOf(Expectation expected) {
    if (!expected.written().isObject()) {
      return JSON.textNode(shownVerdict());
    }
    ObjectNode shown = JSON.objectNode().put("verdict", shownVerdict());
    Answer given = answer;
    if (given == null) {
      return shown;
    }
    for (String key : (Iterable<String>) expected.written()::fieldNames) {
      switch (key) {
        case "layer" -> shown.put(key, given.layer().name());
        case "proxied" -> shown.put(key, given.proxied());
        case "side" ->
            given.deciding().stream()
                .map(side -> end(given, side).name().toLowerCase(Locale.ROOT))
                .findFirst()
                .ifPresent(side -> shown.put(key, side));
        case "policy" ->
            shown.put(
                key,
                String.join(
                    ", ",
                    given.deciding().stream()
                        .flatMap(side -> side.decidedBy().stream())
                        .map(RuleOrigin::policy)
                        .distinct()
                        .toList()));
        case "forwarded" -> {
          ObjectNode headers = shown.putObject(key).putObject("headers");
          for (String header : expected.forwarded().keySet()) {
            List<String> values = given.forwarded().get(header.toLowerCase(Locale.ROOT));
            Objects.requireNonNullElse(values, List.<String>of())
                .forEach(headers.withArray(header)::add);
          }
        }
        default -> {}
      }
    }
    return shown;
  }

  private String shownVerdict() {
    return verdict.isEmpty() ? "the policies validate" : verdict;
  }
}
