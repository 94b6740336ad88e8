package io.sluice.app.naive;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What {@code headerMatches} do to the headers of a request that goes on. */
final class HeaderActions {
  private final Map<String, List<Object>> headers = new LinkedHashMap<>();

  private HeaderActions(Map<String, Object> sent) {
    sent.forEach((name, values) -> headers.put(lower(name), new ArrayList<>((List<?>) values)));
  }

  /**
   * The headers after the actions of all rules, each on what those before it have left.
   *
   * @param rules those that match but for their {@code headerMatches}, in order
   */
  static Map<String, Object> after(Map<String, Object> sent, List<Object> rules) {
    HeaderActions actions = new HeaderActions(sent);
    for (Object rule : rules) {
      Yaml.list(rule, "headerMatches").forEach(actions::run);
    }
    return new LinkedHashMap<>(actions.headers);
  }

  private void run(Object match) {
    String name = lower(Yaml.text(match, "name"));
    String value = Yaml.text(match, "value");
    List<Object> now = headers.getOrDefault(name, List.of());
    boolean holds = !now.isEmpty() && (value.isEmpty() || now.stream().allMatch(value::equals));
    boolean unknown = value.isEmpty() && Yaml.at(match, "secret") != null;
    if (holds || unknown) {
      return;
    }
    switch (Yaml.text(match, "mismatch")) {
      case "ADD" -> headers.computeIfAbsent(name, k -> new ArrayList<>()).add(value);
      case "DELETE" -> headers.remove(name);
      case "REPLACE" -> headers.put(name, new ArrayList<>(List.of(value)));
      default -> {
        // It only says so, or the rule does not hold.
      }
    }
  }

  private static String lower(String name) {
    return name.toLowerCase(Locale.ROOT);
  }
}
