package io.sluice.http.relay;

import io.netty.buffer.ByteBuf;
import io.sluice.http.codec.Body;
import io.sluice.http.codec.Proved;
import io.sluice.http.guard.Rejected;

/** The body of a denied request: dropped, and given up when it goes on for too long. */
final class DeniedBody {
  private final Body body;
  private final int bound;
  private long dropped;

  DeniedBody(Body body, int bound) {
    this.body = body;
    this.bound = bound;
  }

  /**
   * Drops what belongs to the body.
   *
   * @return whether the connection can still go on after it
   */
  boolean drop(ByteBuf in, Proved proved) {
    int before = in.readableBytes();
    try {
      proved.begin(in, in.readerIndex());
      body.read(in, proved);
    } catch (Rejected malformed) {
      return false;
    } finally {
      proved.drop();
    }
    dropped += before - in.readableBytes();
    return dropped <= bound;
  }

  /** Whether it has ended. */
  boolean isComplete() {
    return body.isComplete();
  }
}
