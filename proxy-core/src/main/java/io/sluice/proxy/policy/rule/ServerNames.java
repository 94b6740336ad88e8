package io.sluice.proxy.policy.rule;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The server names that one rule allows: what a client must say in its TLS handshake (SNI). A
 * client that names none, or nothing that can be a server's name, is never allowed.
 *
 * <p>A pattern is a name in which a star stands for any number of a label's characters; {@code **.}
 * in front stands for one or more whole labels, and nothing but stars for every name (policy
 * language, 1.10). Case and a final dot make no difference.
 */
public final class ServerNames {
  private static final int MAX_PATTERNS = 1024;
  private static final int MAX_NAME = 255;
  private static final int MAX_LABEL = 63;

  private final List<String> written;
  private final Set<String> names = new HashSet<>();
  private final List<Pattern> patterns = new ArrayList<>();

  /**
   * A name with stars.
   *
   * @param more whether one or more labels come before these
   * @param labels from the left; never two stars in a row
   */
  private record Pattern(boolean more, List<String> labels) {

    boolean matches(List<String> name) {
      int before = name.size() - labels.size();
      if (more ? before < 1 : before != 0) {
        return false;
      }
      for (int i = 0; i < labels.size(); i++) {
        if (!labelMatches(labels.get(i), name.get(before + i))) {
          return false;
        }
      }
      return true;
    }
  }

  private ServerNames(List<String> written) {
    this.written = List.copyOf(written);
  }

  /**
   * Compiles the patterns of one rule.
   *
   * @throws InvalidPolicyException if there is none, there are more than 1024, or one can't match
   *     any name
   */
  public static ServerNames of(List<String> patterns) throws InvalidPolicyException {
    if (patterns.isEmpty() || patterns.size() > MAX_PATTERNS) {
      throw new InvalidPolicyException(
          "server_names: " + patterns.size() + " (expected: 1 to " + MAX_PATTERNS + ")");
    }
    ServerNames compiled = new ServerNames(patterns);
    for (String pattern : patterns) {
      compiled.add(pattern);
    }
    return compiled;
  }

  private void add(String pattern) throws InvalidPolicyException {
    String name = canonical(pattern);
    if (name.indexOf('*') < 0) {
      if (labels(name).isEmpty()) {
        throw invalid(pattern);
      }
      names.add(name);
      return;
    }
    int stars = 0;
    while (stars < name.length() && name.charAt(stars) == '*') {
      stars++;
    }
    if (stars == name.length()) {
      patterns.add(new Pattern(true, List.of()));
      return;
    }
    boolean more = stars >= 2 && name.charAt(stars) == '.';
    String rest = (more ? name.substring(stars + 1) : name).replaceAll("\\*+", "*");
    // As long as a name with an "x" for each star would be one, some name matches.
    if (name.length() > MAX_NAME || labels(rest.replace('*', 'x')).isEmpty()) {
      throw invalid(pattern);
    }
    patterns.add(new Pattern(more, split(rest)));
  }

  private static InvalidPolicyException invalid(String pattern) {
    return new InvalidPolicyException(
        "server_names: \""
            + (pattern.length() > MAX_NAME ? "…" : pattern)
            + "\" (expected: a host name in which \"*\" may stand for parts of labels)");
  }

  /**
   * Whether one of the patterns matches.
   *
   * @param serverName as the client sent it; empty if it sent none
   */
  public boolean match(String serverName) {
    String name = canonical(serverName);
    List<String> labels = labels(name);
    return !labels.isEmpty()
        && (names.contains(name) || patterns.stream().anyMatch(p -> p.matches(labels)));
  }

  /** The patterns as they were written, for people. */
  @Override
  public String toString() {
    return String.join(" or ", written);
  }

  // Only ASCII has cases here: the Kelvin sign, which Unicode folds to k, is no k.
  private static String canonical(String name) {
    int length = name.endsWith(".") ? name.length() - 1 : name.length();
    StringBuilder lower = new StringBuilder(length);
    for (int i = 0; i < length; i++) {
      char c = name.charAt(i);
      lower.append(c >= 'A' && c <= 'Z' ? (char) (c + ('a' - 'A')) : c);
    }
    return lower.toString();
  }

  /** The labels of a name, from the left; none if it can't be a server's name. */
  private static List<String> labels(String name) {
    if (name.length() > MAX_NAME) {
      return List.of();
    }
    List<String> labels = split(name);
    for (String label : labels) {
      if (label.isEmpty() || label.length() > MAX_LABEL || !label.chars().allMatch(c -> plain(c))) {
        return List.of();
      }
    }
    return labels;
  }

  private static List<String> split(String name) {
    List<String> labels = new ArrayList<>();
    int start = 0;
    for (int dot = name.indexOf('.'); dot >= 0; dot = name.indexOf('.', start)) {
      labels.add(name.substring(start, dot));
      start = dot + 1;
    }
    labels.add(name.substring(start));
    return labels;
  }

  private static boolean plain(int c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  }

  /** Whether a label with stars matches; goes back to the last star only, so it ends soon. */
  private static boolean labelMatches(String pattern, String label) {
    int at = 0;
    int next = 0;
    int star = -1;
    int reach = 0; // up to where the last star has been taken to reach
    while (at < label.length()) {
      if (next < pattern.length() && pattern.charAt(next) == '*') {
        star = next++;
        reach = at;
      } else if (next < pattern.length() && pattern.charAt(next) == label.charAt(at)) {
        next++;
        at++;
      } else if (star >= 0) {
        next = star + 1;
        at = ++reach;
      } else {
        return false;
      }
    }
    return next == pattern.length() || pattern.substring(next).equals("*");
  }
}
