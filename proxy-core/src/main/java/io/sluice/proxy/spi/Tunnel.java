package io.sluice.proxy.spi;

import io.netty.buffer.ByteBuf;

/**
 * Carries bytes both ways without looking at them: with backpressure, each FIN by itself, and a
 * reset of one side passed on to the other.
 *
 * <p>A filter that has let a request become a tunnel hands every later event of its upstream
 * ({@link UpstreamEvents}) and of its client (the three methods here) to it. Whoever made it ends
 * it by {@link Connection#reset} when the policy no longer allows it.
 */
public interface Tunnel extends UpstreamEvents {

  /** Bytes of the client; takes over the buffer. */
  void clientSent(ByteBuf bytes);

  /** The client has sent FIN. */
  void clientEnded();

  /** The client's channel takes more, or no more for now. */
  void clientWritabilityChanged();
}
