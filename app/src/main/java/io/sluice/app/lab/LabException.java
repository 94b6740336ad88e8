package io.sluice.app.lab;

/** The machine would not do what the lab asked of it; the message quotes the command. */
public final class LabException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Makes one. */
  public LabException(String message) {
    super(message);
  }

  /** Makes one with its cause. */
  public LabException(String message, Throwable cause) {
    super(message, cause);
  }
}
