package io.sluice.bpf.libbpf;

/**
 * Carries the errno of a failed call, and says in words what was tried and what the kernel
 * answered.
 */
public final class BpfException extends Exception {
  private static final long serialVersionUID = 1L;

  private final int errno;

  BpfException(String message, int errno) {
    super(message);
    this.errno = errno;
  }

  /** What was tried, and the errno that came back: positive. */
  public static BpfException of(String tried, int errno) {
    return new BpfException(tried + ": " + Libc.strerror(errno) + " (errno " + errno + ")", errno);
  }

  /** The positive errno, one of {@link Errno} or another; 0 if the library itself is missing. */
  public int errno() {
    return errno;
  }
}
