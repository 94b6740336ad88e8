package io.sluice.http.relay;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Bounds the memory that the heads of all connections take together, unfinished ones and those of
 * requests in flight: clients that send large heads and then wait can't take the memory of all
 * others. Heads of ordinary size are not counted; the bound on connections bounds them.
 */
public final class HeadMemory {
  private static final int ORDINARY_BYTES = 4 * 1024;

  private final AtomicLong left;

  /**
   * Starts with all of it free.
   *
   * @param bytes how much large heads may take in all
   */
  public HeadMemory(long bytes) {
    this.left = new AtomicLong(bytes);
  }

  /** The part of one connection. Touched by its event loop only. */
  Share share() {
    return new Share();
  }

  /** What one connection holds. */
  final class Share {
    private int held;

    /**
     * Changes what the connection holds.
     *
     * @param bytes the size of its heads now
     * @return whether there is room for it; if not, the connection must end
     */
    boolean hold(int bytes) {
      int counted = bytes <= ORDINARY_BYTES ? 0 : bytes;
      int more = counted - held;
      if (more == 0) {
        return true;
      }
      if (left.addAndGet(-more) < 0 && more > 0) {
        left.addAndGet(more);
        return false;
      }
      held = counted;
      return true;
    }
  }
}
