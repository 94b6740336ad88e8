package io.sluice.dns.match;

/**
 * One label of a pattern: plain characters, and stars that stand for any number of them, none
 * included.
 *
 * @param text never two stars in a row
 */
record LabelPattern(String text) {

  /** How many stars it has. */
  int stars() {
    return (int) text.chars().filter(c -> c == '*').count();
  }

  /** Whether it matches every label. */
  boolean any() {
    return text.equals("*");
  }

  /** Whether it matches the label. */
  boolean matches(DnsName name, int label) {
    byte[] bytes = name.bytes();
    int at = name.from(label);
    int end = name.to(label);
    int next = 0; // in the pattern
    int star = -1; // the last star passed, and up to where it has been taken to reach
    int reach = at;
    while (at < end) {
      if (next < text.length() && text.charAt(next) == '*') {
        star = next++;
        reach = at;
      } else if (next < text.length() && text.charAt(next) == bytes[at]) {
        next++;
        at++;
      } else if (star >= 0) {
        next = star + 1;
        at = ++reach;
      } else {
        return false;
      }
    }
    return next == text.length() || (next == text.length() - 1 && text.charAt(next) == '*');
  }
}
