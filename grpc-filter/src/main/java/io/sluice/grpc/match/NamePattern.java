package io.sluice.grpc.match;

import io.sluice.proxy.policy.rule.InvalidPolicyException;

/**
 * The name of a service or a method as a rule has it: a literal, or a prefix that anything may
 * follow.
 *
 * @param text the literal or the prefix; both empty and a prefix for any name
 * @param prefix whether anything may follow
 */
record NamePattern(String text, boolean prefix) {
  static final NamePattern ANY = new NamePattern("", true);
  private static final int MAX_LENGTH = 1024;

  /**
   * Reads one.
   *
   * @param field whose value it is, for the message
   * @param written as in the rule; empty for any
   */
  static NamePattern of(String field, String written) throws InvalidPolicyException {
    if (written.isEmpty()) {
      return ANY;
    }
    if (written.length() > MAX_LENGTH) {
      throw new InvalidPolicyException(
          field + ": " + written.length() + " characters (expected: <= " + MAX_LENGTH + ")");
    }
    boolean prefix = written.endsWith("*");
    String text = prefix ? written.substring(0, written.length() - 1) : written;
    for (int i = 0; i < text.length(); i++) {
      if (!CallForm.isNameCharacter(text.charAt(i))) {
        throw new InvalidPolicyException(
            field
                + ": \""
                + written
                + "\" (expected: letters, digits, \".\", \"_\", \"-\", and one \"*\" at the end)");
      }
    }
    return new NamePattern(text, prefix);
  }

  /** Whether path[from, to) is such a name. */
  boolean matches(CharSequence path, int from, int to) {
    int length = text.length();
    return (prefix ? to - from >= length : to - from == length) && shared(path, from, to) == length;
  }

  /** How many characters the name and path[from, to) have in common from their beginning. */
  int shared(CharSequence path, int from, int to) {
    int most = Math.min(text.length(), to - from);
    int shared = 0;
    while (shared < most && text.charAt(shared) == path.charAt(from + shared)) {
      shared++;
    }
    return shared;
  }

  @Override
  public String toString() {
    return prefix ? text + "*" : text;
  }
}
