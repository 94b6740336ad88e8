package io.sluice.proxy.upstream;

/** The connection that an upstream belongs to, as the upstream sees it. */
public interface UpstreamHolder {

  /**
   * Whether a batch of the client's bytes is being handled, so that what is written now can wait
   * for {@link UpstreamConnection#flushBatch}.
   */
  boolean inBatch();

  /** A byte has passed. */
  void touched();

  /** An upstream has a socket; told before its events. */
  void upstreamOpened(UpstreamConnection upstream);

  /** The upstream is gone; told after its events. */
  void upstreamClosed(UpstreamConnection upstream);

  /** The receiver of the upstream's events has thrown. */
  void fault(Throwable cause);
}
