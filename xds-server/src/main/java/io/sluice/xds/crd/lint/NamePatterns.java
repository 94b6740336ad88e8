package io.sluice.xds.crd.lint;

import java.util.regex.Pattern;

/**
 * Whether two patterns of names can mean the same name, judged by a sample of each: enough to tell
 * whether a rule was forgotten, and never used to decide about traffic.
 */
final class NamePatterns {
  private static final Pattern MANY_LABELS = Pattern.compile("^\\*\\*+\\.");
  private static final Pattern STARS = Pattern.compile("\\*+");

  private NamePatterns() {}

  /** Whether a name that one means is meant by the other. */
  static boolean meet(String one, String other) {
    return matches(one, sample(other)) || matches(other, sample(one));
  }

  private static String sample(String pattern) {
    return STARS.matcher(MANY_LABELS.matcher(pattern).replaceFirst("x.x.")).replaceAll("x");
  }

  /** Walks the name along the pattern; a star takes as little as it can, and more on a way back. */
  private static boolean matches(String pattern, String name) {
    String rest = MANY_LABELS.matcher(pattern).replaceFirst("");
    if (STARS.matcher(pattern).matches()) {
      return true;
    }
    if (rest.length() == pattern.length()) {
      return glob(pattern, name);
    }
    for (int dot = name.indexOf('.'); dot > 0; dot = name.indexOf('.', dot + 1)) {
      if (glob(rest, name.substring(dot + 1))) {
        return true;
      }
    }
    return false;
  }

  private static boolean glob(String pattern, String name) {
    int star = -1;
    int resume = 0;
    int p = 0;
    int n = 0;
    while (n < name.length()) {
      if (p < pattern.length() && pattern.charAt(p) == '*') {
        star = p++;
        resume = n;
      } else if (p < pattern.length() && pattern.charAt(p) == name.charAt(n)) {
        p++;
        n++;
      } else if (star >= 0 && name.charAt(resume) != '.') {
        p = star + 1;
        n = ++resume;
      } else {
        return false;
      }
    }
    while (p < pattern.length() && pattern.charAt(p) == '*') {
      p++;
    }
    return p == pattern.length();
  }
}
