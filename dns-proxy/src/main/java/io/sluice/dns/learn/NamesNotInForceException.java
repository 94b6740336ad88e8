package io.sluice.dns.learn;

/** Learned addresses could not be put in force. */
public final class NamesNotInForceException extends Exception {
  private static final long serialVersionUID = 1;

  /** Says why, for people. */
  public NamesNotInForceException(String reason, Throwable cause) {
    super(reason, cause);
  }
}
