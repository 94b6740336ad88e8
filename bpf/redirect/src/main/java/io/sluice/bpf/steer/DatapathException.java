package io.sluice.bpf.steer;

/**
 * Says what the machine lacks, or what the kernel refused, and what to do about it.
 *
 * <p>The message is meant for an operator: it stands without the stack trace.
 */
public final class DatapathException extends Exception {
  private static final long serialVersionUID = 1L;

  public DatapathException(String message) {
    super(message);
  }

  public DatapathException(String message, Throwable cause) {
    super(message, cause);
  }
}
