package io.sluice.proxy.spi;

import io.netty.buffer.ByteBuf;

/** What an upstream tells the filter that opened it; always on the connection's event loop. */
public interface UpstreamEvents {

  /** Bytes of the server; the receiver releases them. */
  void received(ByteBuf bytes);

  /** A batch of reads has ended: the moment to flush downstream. */
  void receivedAll();

  /** The server has sent FIN: no more bytes will come. */
  void ended();

  /** More may be written, or no more for now. */
  void writabilityChanged();

  /**
   * The upstream is gone: refused, timed out, reset or fully closed. The last event.
   *
   * @param reason for people, no text from traffic; such as {@code refused} or {@code reset}
   */
  void closed(String reason);
}
