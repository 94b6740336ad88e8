package io.sluice.bpf.libbpf;

/**
 * The errno values that this module tells apart; the same on every Linux architecture we build for.
 */
public final class Errno {
  public static final int ENOENT = 2;
  public static final int EINTR = 4;
  public static final int ENODEV = 19;
  public static final int EINVAL = 22;
  public static final int EEXIST = 17;

  private Errno() {}
}
