package io.sluice.http.codec;

import io.netty.buffer.ByteBuf;
import io.sluice.http.guard.Rejected;

/**
 * Reads one message's body: proves its framing while the bytes pass, and knows its end. However the
 * bytes are cut, the same ones are passed on.
 */
public abstract sealed class Body permits FixedBody, ChunkedBody, UntilCloseBody {
  Body() {}

  /**
   * Reads on from the buffer's reader index, moves it past what belongs to the body, and passes
   * what is proved.
   *
   * @param proved a run over the same buffer
   * @throws Rejected if the framing has no one safe reading
   */
  public abstract void read(ByteBuf in, Proved proved) throws Rejected;

  /** Whether the end has been read. */
  public abstract boolean isComplete();

  /** Whether the end of the connection is the end of the body. */
  public boolean endsWithConnection() {
    return false;
  }
}
