package io.sluice.xds.crd.policy;

import io.sluice.xds.crd.read.Located;
import io.sluice.xds.crd.read.RejectedException;
import java.util.Locale;
import java.util.regex.Pattern;

/** Reads names of hosts and patterns of them (policy language, 5.7 and 1.10). */
final class Names {
  private static final int MAX_LENGTH = 255;
  private static final Pattern NAME =
      Pattern.compile("[-a-zA-Z0-9_]++(?:\\.[-a-zA-Z0-9_]++)*+\\.?");
  private static final Pattern PATTERN =
      Pattern.compile("[-a-zA-Z0-9_*]++(?:\\.[-a-zA-Z0-9_*]++)*+\\.?");
  private static final Pattern MANY_LABELS = Pattern.compile("^\\*\\*+\\.");
  private static final Pattern ONLY_STARS = Pattern.compile("\\*+");

  /** What an API server accepts as a server name, apart from one or two stars and a dot. */
  private static final Pattern SERVER_NAME_BEGINNING = Pattern.compile("^\\*?\\*\\.");

  private Names() {}

  /** Reads a {@code matchName}: in lower case, without a final dot. */
  static String name(Located field) throws RejectedException {
    String text = checked(field, NAME, "");
    return canonical(text);
  }

  /** Reads a {@code matchPattern}: in lower case, without a final dot. */
  static String pattern(Located field) throws RejectedException {
    String pattern = canonical(checked(field, PATTERN, " and *"));
    warnOfStars(field, pattern);
    return pattern;
  }

  /** Reads an element of {@code serverNames}: in lower case, without a final dot. */
  static String serverName(Located field) throws RejectedException {
    String pattern = canonical(checked(field, PATTERN, " and *"));
    String rest = SERVER_NAME_BEGINNING.matcher(pattern).replaceFirst("");
    if (rest.indexOf('*') >= 0) {
      field.warn(
          "an API server accepts stars only as \"*.\" or \"**.\" at the beginning; name the servers"
              + " one by one to use it there");
    }
    warnOfStars(field, pattern);
    return pattern;
  }

  private static String checked(Located field, Pattern grammar, String more)
      throws RejectedException {
    String text = field.text();
    if (text.length() > MAX_LENGTH || !grammar.matcher(text).matches()) {
      throw field.reject(
          "expected labels of letters, digits, '-', '_'"
              + more
              + " with single dots between them, at most "
              + MAX_LENGTH
              + " characters, found \""
              + text
              + "\"");
    }
    return text;
  }

  private static String canonical(String text) {
    String lower = text.toLowerCase(Locale.ROOT);
    return lower.endsWith(".") ? lower.substring(0, lower.length() - 1) : lower;
  }

  private static void warnOfStars(Located field, String pattern) {
    if (ONLY_STARS.matcher(pattern).matches()) {
      return;
    }
    String rest = MANY_LABELS.matcher(pattern).replaceFirst("");
    if (rest.contains("**")) {
      field.warn(
          "\"**\" stands for several labels only at the beginning, before a dot; here it matches"
              + " what \"*\" does, letters within one label. Write \"**.\" at the beginning, or"
              + " \"*\"");
    }
  }
}
