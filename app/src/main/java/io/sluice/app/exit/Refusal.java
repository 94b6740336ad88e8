package io.sluice.app.exit;

/** A command can't do what it was asked: the message, for people, says why and what to do. */
public final class Refusal extends Exception {
  private static final long serialVersionUID = 1L;

  private final int exitCode;

  private Refusal(int exitCode, String message) {
    super(message);
    this.exitCode = exitCode;
  }

  /** The answer is no. */
  public static Refusal no(String message) {
    return new Refusal(ExitCode.NO, message);
  }

  /** The command line, the configuration or the world does not allow it. */
  public static Refusal usage(String message) {
    return new Refusal(ExitCode.USAGE, message);
  }

  /** The machine lacks something. */
  public static Refusal machine(String message) {
    return new Refusal(ExitCode.MACHINE, message);
  }

  /** The exit code that says so. */
  public int exitCode() {
    return exitCode;
  }
}
