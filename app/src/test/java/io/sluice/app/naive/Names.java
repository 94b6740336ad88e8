package io.sluice.app.naive;

import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/** DNS names and patterns, and the server names of TLS, which read alike. */
final class Names {
  private static final String CHARACTERS = "[-a-zA-Z0-9_]";

  private Names() {}

  /** The pattern of an element with {@code matchName} or {@code matchPattern}. */
  static String pattern(Map<String, Object> element) {
    return element.containsKey("matchName")
        ? Yaml.text(element, "matchName")
        : Yaml.text(element, "matchPattern");
  }

  static boolean matches(String pattern, String name) {
    String given = withoutDot(name.toLowerCase(Locale.ROOT));
    String wanted = withoutDot(pattern.trim().toLowerCase(Locale.ROOT));
    if (wanted.matches("\\*+")) {
      return given.isEmpty() || given.matches(CHARACTERS + "+([.]" + CHARACTERS + "+)*");
    }
    String regex = wanted.replace(".", "[.]");
    String start = "";
    if (wanted.matches("\\*\\*+[.].*")) {
      start = CHARACTERS + "+([.]" + CHARACTERS + "+)*";
      regex = regex.substring(regex.indexOf('['));
    }
    return Pattern.matches(start + regex.replaceAll("\\*+", CHARACTERS + "*"), given);
  }

  private static String withoutDot(String name) {
    return name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
  }
}
