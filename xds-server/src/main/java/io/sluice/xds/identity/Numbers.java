package io.sluice.xds.identity;

import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;

/**
 * Gives keys numbers: a key keeps its number as long as it is wanted, and a freed number is the
 * last to be given again, so that nobody is taken for its former owner by a peer that lags behind.
 * The first keys get their numbers in their order, so equal worlds begin with equal numbers.
 *
 * @param <K> what is numbered
 */
public final class Numbers<K extends Comparable<K>> {
  private final int last;
  private int next;
  private final Map<K, Integer> assigned = new HashMap<>();
  private final Map<K, Integer> resting = new LinkedHashMap<>();

  /** Makes a range of numbers, both ends included. */
  public Numbers(int first, int last) {
    this.next = first;
    this.last = last;
  }

  /**
   * Returns the numbers of exactly these keys.
   *
   * @throws IllegalStateException if there are more keys than numbers
   */
  public Map<K, Integer> assign(SortedSet<K> wanted) {
    // In key order, so that the order of reuse does not hang on a hash.
    for (Map.Entry<K, Integer> entry : new TreeMap<>(assigned).entrySet()) {
      if (!wanted.contains(entry.getKey())) {
        assigned.remove(entry.getKey());
        resting.put(entry.getKey(), entry.getValue());
      }
    }
    for (K key : wanted) {
      if (!assigned.containsKey(key)) {
        Integer own = resting.remove(key);
        assigned.put(key, own != null ? own : unused());
      }
    }
    return Map.copyOf(assigned);
  }

  private int unused() {
    if (next <= last) {
      return next++;
    }
    Iterator<Integer> oldest = resting.values().iterator();
    if (!oldest.hasNext()) {
      throw new IllegalStateException("all numbers up to " + last + " are in use");
    }
    int number = oldest.next();
    oldest.remove();
    return number;
  }
}
