package io.sluice.http.match;

import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Recognises regular expressions that are a finite set of literals and literal prefixes, such as
 * {@code /api/.*} or {@code GET|HEAD} or {@code /(a|b)/c(/.*)?}: over visible ASCII the set matches
 * exactly what the expression matches as a whole.
 */
final class Literals {
  private static final int MAX_LITERALS = 1024;
  private static final String META = "\\.+*?()|[]{}^$";

  /**
   * One literal.
   *
   * @param text the bytes as text
   * @param prefix whether anything may follow
   */
  record Literal(String text, boolean prefix) {

    /** Whether bytes[from, to) are the text, or start with it if anything may follow. */
    boolean matches(byte[] bytes, int from, int to) {
      int length = text.length();
      if (prefix ? to - from < length : to - from != length) {
        return false;
      }
      for (int i = 0; i < length; i++) {
        if (bytes[from + i] != text.charAt(i)) {
          return false;
        }
      }
      return true;
    }
  }

  private final String regex;
  private int at;

  private Literals(String regex) {
    this.regex = regex;
  }

  /** Returns the set, or null if the expression needs a regular expression engine. */
  static @Nullable Set<Literal> of(String regex) {
    Literals parser = new Literals(regex);
    Set<Literal> result = parser.alternation(0);
    return parser.at == regex.length() ? result : null;
  }

  private @Nullable Set<Literal> alternation(int depth) {
    Set<Literal> all = new LinkedHashSet<>();
    while (true) {
      Set<Literal> branch = sequence(depth);
      if (branch == null) {
        return null;
      }
      all.addAll(branch);
      if (all.size() > MAX_LITERALS) {
        return null;
      }
      if (at == regex.length() || regex.charAt(at) != '|') {
        return all;
      }
      at++;
    }
  }

  // Anchors are redundant at the ends of a whole match's branches; elsewhere they are not
  // recognised.
  private @Nullable Set<Literal> sequence(int depth) {
    Set<Literal> result = Set.of(new Literal("", false));
    if (depth == 0 && at < regex.length() && regex.charAt(at) == '^') {
      at++;
    }
    while (at < regex.length()) {
      char c = regex.charAt(at);
      if (c == '|' || (c == ')' && depth > 0)) {
        return result;
      }
      if (depth == 0 && c == '$' && (at + 1 == regex.length() || regex.charAt(at + 1) == '|')) {
        at++;
        return result;
      }
      Set<Literal> item = item(c, depth);
      result = item == null ? null : concat(result, item);
      if (result == null) {
        return null;
      }
    }
    return result;
  }

  private @Nullable Set<Literal> item(char c, int depth) {
    Set<Literal> item;
    if (c == '(') {
      item = group(depth);
    } else if (c == '.') {
      return anything();
    } else if (c == '\\') {
      item = escaped();
    } else if (META.indexOf(c) >= 0 || c <= ' ' || c >= 0x7f) {
      return null;
    } else {
      at++;
      item = Set.of(new Literal(String.valueOf(c), false));
    }
    return item == null ? null : repeated(item);
  }

  private @Nullable Set<Literal> anything() {
    if (!regex.startsWith(".*", at)) {
      return null;
    }
    at += 2;
    boolean repeatedAgain = at < regex.length() && "*+?{".indexOf(regex.charAt(at)) >= 0;
    return repeatedAgain ? null : Set.of(new Literal("", true));
  }

  private @Nullable Set<Literal> escaped() {
    if (at + 1 >= regex.length()) {
      return null;
    }
    char c = regex.charAt(at + 1);
    if (c <= ' ' || c >= 0x7f || Character.isLetterOrDigit(c) || c == '_') {
      return null;
    }
    at += 2;
    return Set.of(new Literal(String.valueOf(c), false));
  }

  private @Nullable Set<Literal> group(int depth) {
    if (depth > 8) {
      return null;
    }
    at += regex.startsWith("(?:", at) ? 3 : 1;
    Set<Literal> inner = alternation(depth + 1);
    if (inner == null || at == regex.length() || regex.charAt(at) != ')') {
      return null;
    }
    at++;
    return inner;
  }

  private @Nullable Set<Literal> repeated(Set<Literal> item) {
    if (at == regex.length() || "*+?{".indexOf(regex.charAt(at)) < 0) {
      return item;
    }
    if (regex.charAt(at) != '?') {
      return null;
    }
    at++;
    if (at < regex.length() && "*+?{".indexOf(regex.charAt(at)) >= 0) {
      return null;
    }
    Set<Literal> optional = new LinkedHashSet<>(item);
    optional.add(new Literal("", false));
    return optional;
  }

  private static @Nullable Set<Literal> concat(Set<Literal> left, Set<Literal> right) {
    Set<Literal> result = new LinkedHashSet<>();
    for (Literal a : left) {
      for (Literal b : right) {
        if (a.prefix() && !b.text().isEmpty()) {
          return null; // something fixed behind "anything": not a prefix
        }
        result.add(new Literal(a.text() + b.text(), a.prefix() || b.prefix()));
        if (result.size() > MAX_LITERALS) {
          return null;
        }
      }
    }
    return result;
  }
}
