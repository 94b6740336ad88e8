package io.sluice.proxy.spi;

import io.netty.buffer.ByteBuf;
import io.sluice.proxy.policy.Permit;

/** The connection to the original destination; every write demands the permit it rests on. */
public interface Upstream {

  /**
   * Writes; takes over the buffer. It is sent when the batch of the client's bytes that is being
   * handled has ended, at once if there is none.
   */
  void write(Permit permit, ByteBuf bytes);

  /**
   * Whether more may be written now; {@link UpstreamEvents#writabilityChanged} tells of a change.
   */
  boolean isWritable();

  /**
   * Whether it can carry another request: connected or connecting, and not closed by either side.
   */
  boolean isOpen();

  /** Stops or resumes reading from the server, for backpressure. */
  void setReading(boolean on);

  /** Sends FIN after what has been written; the other direction stays open. */
  void shutdownOutput();

  /** Closes in order after what has been written. */
  void close();

  /** Closes with a reset, as every way of closing followed by {@link UpstreamEvents#closed}. */
  void reset();
}
