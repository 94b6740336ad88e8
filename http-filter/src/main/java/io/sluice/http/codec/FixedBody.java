package io.sluice.http.codec;

import io.netty.buffer.ByteBuf;

/** A body of an announced length, or none. */
final class FixedBody extends Body {
  private static final FixedBody EMPTY = new FixedBody(0);

  private long remaining;

  private FixedBody(long length) {
    this.remaining = length;
  }

  static FixedBody of(long length) {
    return length == 0 ? EMPTY : new FixedBody(length);
  }

  @Override
  public void read(ByteBuf in, Proved proved) {
    if (remaining > 0) {
      int count = (int) Math.min(remaining, in.readableBytes());
      in.skipBytes(count);
      remaining -= count;
      proved.pass(in.readerIndex());
    }
  }

  @Override
  public boolean isComplete() {
    return remaining == 0;
  }
}
