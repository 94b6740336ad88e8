package io.sluice.dns.relay;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.DefaultMaxMessagesRecvByteBufAllocator;

/**
 * The one buffer that all sockets of an event loop receive into: what is received has to fit the
 * largest message, is copied at once in its true size, and a buffer of that size for each would be
 * zeroed for each. Whoever does not let go of what it was given gets no other to share it with.
 */
public final class ReceiveBuffer extends DefaultMaxMessagesRecvByteBufAllocator
    implements AutoCloseable {
  private final ByteBuf buffer;

  /**
   * Makes one.
   *
   * @param bytes what one system call can receive
   * @param calls how many follow one another on one socket before it is another's turn
   */
  public ReceiveBuffer(int bytes, int calls) {
    super(calls);
    buffer = Unpooled.directBuffer(bytes, bytes);
  }

  @Override
  @SuppressWarnings("deprecation") // of Netty 4.1's handles, which this still has to return
  public Handle newHandle() {
    return new MaxMessageHandle() {
      @Override
      public ByteBuf allocate(ByteBufAllocator allocator) {
        return buffer.refCnt() == 1
            ? buffer.retainedDuplicate().clear()
            : allocator.ioBuffer(buffer.capacity(), buffer.capacity());
      }

      @Override
      public int guess() {
        return buffer.capacity();
      }
    };
  }

  /** Lets go of it; sockets that still receive get buffers of their own. */
  @Override
  public void close() {
    buffer.release();
  }
}
