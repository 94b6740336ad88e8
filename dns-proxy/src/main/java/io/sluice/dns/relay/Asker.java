package io.sluice.dns.relay;

import io.sluice.proxy.policy.PeerPolicy;
import io.sluice.proxy.spi.FlowEnds;
import java.util.concurrent.Executor;

/** Whoever has sent a query, and the way on and back; touched by its event loop only. */
public interface Asker {

  /** Who it is, and whom it asks. */
  FlowEnds ends();

  /** What it may ask there, by the snapshot in force now. */
  PeerPolicy policy();

  /** Sends it a message; forgotten if it is gone. */
  void answer(byte[] message);

  /**
   * Sends a query to the server; later, or at once, exactly one of {@link Inquiry#answered} that
   * takes the message and {@link Inquiry#failed} follows.
   */
  void forward(Inquiry inquiry);

  /** A query that was forwarded waits no longer: it has been answered. */
  default void settled() {}

  /** The event loop. */
  Executor loop();
}
