package io.sluice.proxy.spi;

import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelConfig;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.channel.WriteBufferWaterMark;

/**
 * The memory that connections take: nothing while idle, little while small messages pass, at most
 * about twice {@link #HIGH_WATER} in each direction however large a body is; and a budget for all
 * of them together.
 */
public final class Buffers {
  /** Bytes waiting to be written from which on a channel is not writable. */
  public static final int HIGH_WATER = 64 * 1024;

  private static final WriteBufferWaterMark WATER_MARKS =
      new WriteBufferWaterMark(HIGH_WATER / 2, HIGH_WATER);
  private static final int PAGE_BYTES = 8 * 1024;

  /** Chunks of 512 KiB: the smallest that still hold eight of the largest reads. */
  private static final int CHUNK_ORDER = 6;

  private static final int SMALLEST_READ = 512;
  private static final int FIRST_READ = 2 * 1024;
  private static final int LARGEST_READ = 64 * 1024;

  // Each channel adapts by itself: it gets a handle of its own.
  private static final RecvByteBufAllocator READS =
      new AdaptiveRecvByteBufAllocator(SMALLEST_READ, FIRST_READ, LARGEST_READ);

  private final PooledByteBufAllocator allocator;
  private final long budgetBytes;

  /**
   * Makes the pool.
   *
   * @param eventLoops how many threads share it; each gets an arena of its own
   * @param budgetBytes from how many bytes on the pool is {@link #scarce}
   */
  public Buffers(int eventLoops, long budgetBytes) {
    this.budgetBytes = budgetBytes;
    this.allocator =
        new PooledByteBufAllocator(true, 0, eventLoops, PAGE_BYTES, CHUNK_ORDER, 256, 32, false);
  }

  /** Bytes that the pool has taken from the system, in use or not. */
  public long takenBytes() {
    return allocator.metric().usedDirectMemory();
  }

  /**
   * Whether the budget is spent: then connections that keep bytes and don't move are ended, so that
   * clients that do not read can't take the memory of all others.
   */
  public boolean scarce() {
    return takenBytes() > budgetBytes;
  }

  /** Whether a channel has bytes that its peer has not taken yet. */
  public static boolean keepsBytes(Channel channel) {
    return channel.isOpen() && channel.bytesBeforeUnwritable() < HIGH_WATER;
  }

  /** Makes a channel use the pool and these sizes. */
  public void applyTo(ChannelConfig channel) {
    channel.setAllocator(allocator);
    channel.setWriteBufferWaterMark(WATER_MARKS);
    channel.setRecvByteBufAllocator(READS);
  }
}
