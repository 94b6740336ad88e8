package io.sluice.xds.identity;

import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Gives each key a number of a range and keeps it as long as the key is wanted. A number that is no
 * longer wanted rests, and may be given again only once the range is used up, so that nobody is
 * taken for its former owner by a peer that lags behind.
 *
 * @param <K> what is numbered
 */
public final class Numbers<K extends Comparable<K>> {
  private final int last;
  private final int widest;
  private int next;
  private final Map<K, Integer> assigned = new HashMap<>();
  private final Map<K, Integer> resting = new LinkedHashMap<>();

  /** Makes a range of numbers, both ends included. */
  public Numbers(int first, int last) {
    this(first, last, last);
  }

  /**
   * Makes a range that is wider than it should be.
   *
   * @param last the last number that is given while one rests
   * @param widest the last number that is ever given
   */
  public Numbers(int first, int last, int widest) {
    this.next = first;
    this.last = last;
    this.widest = widest;
  }

  /**
   * The number of a key, which from now on is wanted.
   *
   * @throws IllegalStateException if every number is in use
   */
  public int of(K key) {
    Integer own = assigned.get(key);
    if (own == null) {
      own = resting.remove(key);
      if (own == null) {
        own = unused();
      }
      assigned.put(key, own);
    }
    return own;
  }

  /** Ends the use of a key. */
  public void rest(K key) {
    Integer own = assigned.remove(key);
    if (own != null) {
      resting.put(key, own);
    }
  }

  /**
   * The numbers in use and those that rest, to be given to {@link #restore} after a restart; a
   * number must not find another owner just because there was one.
   */
  public Map<K, Integer> saved() {
    Map<K, Integer> saved = new TreeMap<>(resting);
    saved.putAll(assigned);
    return saved;
  }

  /**
   * Gives saved keys the numbers they had; until they are asked for, these rest.
   *
   * @throws IllegalArgumentException if a number is given twice or is outside the range; nothing is
   *     restored then
   * @throws IllegalStateException if numbers were given already
   */
  public void restore(Map<K, Integer> saved) {
    if (!assigned.isEmpty() || !resting.isEmpty()) {
      throw new IllegalStateException("numbers can only be restored before the first is given");
    }
    TreeSet<Integer> numbers = new TreeSet<>(saved.values());
    if (numbers.isEmpty()) {
      return;
    }
    if (numbers.size() < saved.size() || numbers.first() < next || numbers.last() > widest) {
      throw new IllegalArgumentException(
          "expected saved numbers within " + next + ".." + widest + ", none of them twice");
    }
    resting.putAll(new TreeMap<>(saved));
    next = numbers.last() + 1;
  }

  private int unused() {
    Iterator<Integer> oldest = resting.values().iterator();
    if (next <= last || (next <= widest && !oldest.hasNext())) {
      return next++;
    }
    if (!oldest.hasNext()) {
      throw new IllegalStateException("all numbers up to " + widest + " are in use");
    }
    int number = oldest.next();
    oldest.remove();
    return number;
  }
}
