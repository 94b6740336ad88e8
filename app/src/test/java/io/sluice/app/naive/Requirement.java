package io.sluice.app.naive;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** One condition on labels; the source {@code any} is that of every label. */
record Requirement(String source, String key, String operator, Set<String> values) {

  /** The conditions of a label selector, whose keys may carry a source before a colon. */
  static Set<Requirement> of(Map<String, Object> selector, String keyPrefix) {
    Set<Requirement> all = new LinkedHashSet<>();
    Yaml.map(selector, "matchLabels")
        .forEach((key, value) -> all.add(of(keyPrefix + key, "In", Set.of(String.valueOf(value)))));
    for (Object expression : Yaml.list(selector, "matchExpressions")) {
      Set<String> values = new LinkedHashSet<>();
      Yaml.list(expression, "values").forEach(value -> values.add(String.valueOf(value)));
      all.add(
          of(keyPrefix + Yaml.text(expression, "key"), Yaml.text(expression, "operator"), values));
    }
    return all;
  }

  static Requirement of(String key, String operator, Set<String> values) {
    int colon = key.indexOf(':');
    String source = colon < 0 ? "any" : key.substring(0, colon);
    return new Requirement(source, key.substring(colon + 1), operator, values);
  }

  boolean holds(List<Label> labels) {
    List<String> found =
        labels.stream()
            .filter(label -> source.equals("any") || source.equals(label.source()))
            .filter(label -> label.key().equals(key))
            .map(Label::value)
            .toList();
    return switch (operator) {
      case "In" -> found.stream().anyMatch(values::contains);
      case "NotIn" -> found.stream().noneMatch(values::contains);
      case "Exists" -> !found.isEmpty();
      case "DoesNotExist" -> found.isEmpty();
      default -> throw new IllegalArgumentException(operator);
    };
  }
}
