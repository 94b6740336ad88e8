package io.sluice.proxy.spi;

import io.netty.buffer.ByteBuf;

/**
 * Reads the bytes of a connection beside their way, and records what enforcing would have done;
 * whatever happens in it changes nothing there. Buffers stay the caller's: only their reader index
 * is moved.
 */
public interface Onlooker {
  /** The client has sent this. */
  void clientSent(ByteBuf bytes);

  /** The server has sent this. */
  void serverSent(ByteBuf bytes);

  /** The server will send no more. */
  void serverEnded();

  /** Nothing follows: what is kept may be given up. */
  void stop();
}
