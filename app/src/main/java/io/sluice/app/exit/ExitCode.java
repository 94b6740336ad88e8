package io.sluice.app.exit;

/** What an exit code of any command means (agent contract, section 1). */
public final class ExitCode {
  /** Fine. */
  public static final int OK = 0;

  /** The answer is no. */
  public static final int NO = 1;

  /** Bad usage or configuration. */
  public static final int USAGE = 2;

  /** The machine lacks something. */
  public static final int MACHINE = 3;

  private ExitCode() {}
}
