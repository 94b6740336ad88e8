package io.sluice.http.codec;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import org.jspecify.annotations.Nullable;

/**
 * Collects what has been proved in one received buffer, so that it goes on in one write and nothing
 * goes on if a later byte of the buffer is refused. A run of received bytes is passed on as a
 * slice; only where bytes are left out or put in are they copied.
 */
public final class Proved {
  private final ByteBufAllocator allocator;
  private @Nullable ByteBuf in;
  private @Nullable ByteBuf earlier;
  private int from;
  private int to;

  /** Makes one for a connection. */
  public Proved(ByteBufAllocator allocator) {
    this.allocator = allocator;
  }

  /** Starts over with a run that is still empty. */
  public void begin(ByteBuf buffer, int index) {
    in = buffer;
    from = index;
    to = index;
  }

  /** Lets the run go on up to here. */
  public void pass(int index) {
    to = index;
  }

  /**
   * Ends the run, puts bytes in, and starts a new run.
   *
   * @param bytes what to put in
   * @param start its first byte
   * @param length how many
   * @param next where the new run starts
   */
  public void insert(byte[] bytes, int start, int length, int next) {
    ByteBuf copy = copyRun();
    copy.writeBytes(bytes, start, length);
    from = next;
    to = next;
  }

  /** Takes what was proved, or null if that is nothing; the receiver releases it. */
  public @Nullable ByteBuf take() {
    ByteBuf result = null;
    ByteBuf buffer = in;
    if (earlier != null) {
      result = copyRun();
    } else if (buffer != null && to > from) {
      result = buffer.retainedSlice(from, to - from);
    }
    in = null;
    earlier = null;
    from = to;
    return result;
  }

  /** Forgets what was proved. */
  public void drop() {
    if (earlier != null) {
      earlier.release();
    }
    in = null;
    earlier = null;
    from = to;
  }

  private ByteBuf copyRun() {
    ByteBuf copy = earlier;
    if (copy == null) {
      copy = allocator.buffer();
      earlier = copy;
    }
    if (in != null && to > from) {
      copy.writeBytes(in, from, to - from);
    }
    return copy;
  }
}
