package io.sluice.kafka.match;

/** What a topic can be called: 1 to 249 of {@code a-z A-Z 0-9 . _ -}, but not one or two dots. */
final class TopicName {
  private static final int MAX_LENGTH = 249;

  private TopicName() {}

  /** Whether a topic can be called so; brokers read other names in more than one way. */
  static boolean isValid(String name) {
    int length = name.length();
    if (length == 0 || length > MAX_LENGTH || name.equals(".") || name.equals("..")) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      if (!isCharacter(name.charAt(i))) {
        return false;
      }
    }
    return true;
  }

  /** Whether names of topics may have it. */
  static boolean isCharacter(int c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || c == '.'
        || c == '_'
        || c == '-';
  }
}
