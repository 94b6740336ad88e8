package io.sluice.xds.world;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * What became of an ordered list: which elements are gone and which came. An element that has
 * changed is in both.
 *
 * @param gone in the order of the list before
 * @param came in the order of the list now
 */
public record Changes<T>(List<T> gone, List<T> came) {

  /**
   * Compares two lists in one pass; elements that are the same object cost nothing else.
   *
   * @param order by which both lists are sorted, without two equal elements in one list
   */
  @SuppressWarnings("ReferenceEquality") // only a short cut
  public static <T> Changes<T> between(List<T> before, List<T> now, Comparator<? super T> order) {
    List<T> gone = new ArrayList<>();
    List<T> came = new ArrayList<>();
    int b = 0;
    int n = 0;
    while (b < before.size() && n < now.size()) {
      T old = before.get(b);
      T young = now.get(n);
      int sign = old == young ? 0 : order.compare(old, young);
      if (sign == 0 && !old.equals(young)) {
        gone.add(old);
        came.add(young);
      } else if (sign < 0) {
        gone.add(old);
      } else if (sign > 0) {
        came.add(young);
      }
      b += sign <= 0 ? 1 : 0;
      n += sign >= 0 ? 1 : 0;
    }
    gone.addAll(before.subList(b, before.size()));
    came.addAll(now.subList(n, now.size()));
    return new Changes<>(gone, came);
  }

  /** Whether the lists are equal. */
  public boolean isEmpty() {
    return gone.isEmpty() && came.isEmpty();
  }
}
