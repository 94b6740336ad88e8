package io.sluice.proxy.policy.rule;

/**
 * A policy resource that can't be enforced as it says; the message names the field and what was
 * expected.
 */
public final class InvalidPolicyException extends Exception {
  private static final long serialVersionUID = 1L;

  /**
   * Makes one.
   *
   * @param message field, value, and what was expected
   */
  public InvalidPolicyException(String message) {
    super(message);
  }

  /**
   * The same complaint, seen from the message that holds the field: its name and the index in it.
   */
  public InvalidPolicyException in(String field, int index) {
    return new InvalidPolicyException(field + "[" + index + "]." + getMessage());
  }
}
