package io.sluice.app.judge;

/** A question that can't be answered because it speaks of what the world does not have. */
public final class QuestionException extends Exception {
  private static final long serialVersionUID = 1L;

  private final String key;

  QuestionException(String key, String reason) {
    super(reason);
    this.key = key;
  }

  /** The part of the question that is wrong, such as {@code from}. */
  public String key() {
    return key;
  }
}
