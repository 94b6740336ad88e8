package io.sluice.dns.relay;

import io.netty.util.collection.IntObjectHashMap;
import io.netty.util.collection.IntObjectMap;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The queries that wait for answers of one socket, each under a number that no other has and that
 * nobody can guess (RFC 5452, 9.1), whatever number the client chose. For one thread.
 */
final class QueryNumbers {
  /** So few of 65,536 that a free one is found at once. */
  static final int MOST = 4_096;

  private static final int BATCH_BYTES = 512;

  private final SecureRandom random;
  private final byte[] batch = new byte[BATCH_BYTES];
  private final IntObjectMap<Inquiry> waiting = new IntObjectHashMap<>();
  private int used = BATCH_BYTES;

  QueryNumbers(SecureRandom random) {
    this.random = random;
  }

  /** Whether it takes no more. */
  boolean isFull() {
    return waiting.size() >= MOST;
  }

  boolean isEmpty() {
    return waiting.isEmpty();
  }

  /** Adds a query and returns its number. */
  int add(Inquiry inquiry) {
    int number = next();
    while (waiting.containsKey(number)) {
      number = next();
    }
    waiting.put(number, inquiry);
    return number;
  }

  /** The query of a number, or null. */
  @Nullable Inquiry get(int number) {
    return waiting.get(number);
  }

  void remove(int number) {
    waiting.remove(number);
  }

  /** Takes all out. */
  List<Inquiry> takeAll() {
    List<Inquiry> all = new ArrayList<>(waiting.values());
    waiting.clear();
    return all;
  }

  private int next() {
    if (used == BATCH_BYTES) {
      random.nextBytes(batch);
      used = 0;
    }
    int number = (batch[used] & 0xff) << 8 | (batch[used + 1] & 0xff);
    used += 2;
    return number;
  }
}
