package io.sluice.http.codec;

import io.netty.buffer.ByteBuf;

/** The body of an answer that ends with its connection (RFC 9112 6.3, item 8). */
final class UntilCloseBody extends Body {

  @Override
  public void read(ByteBuf in, Proved proved) {
    in.skipBytes(in.readableBytes());
    proved.pass(in.readerIndex());
  }

  @Override
  public boolean isComplete() {
    return false;
  }

  @Override
  public boolean endsWithConnection() {
    return true;
  }
}
