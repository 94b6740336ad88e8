package io.sluice.proxy.policy.compile;

import io.sluice.proxy.policy.Remotes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * The identities of learned addresses: one for each set of selectors that an address satisfies
 * together with what it is without them. A rule is about such an identity if it names any part of
 * it, so ranges, entities and denials hold for learned addresses as for others. Not thread-safe.
 */
final class LearnedIdentities {
  /** So many that policies mean them, so few that who answers queries can't fill the memory. */
  static final int MOST = 4_096;

  private static final int FIRST = 0x0300_0000;

  private final Map<Parts, Integer> numbers = new HashMap<>();
  private final Map<Integer, List<Integer>> byPart = new HashMap<>();
  private int next = FIRST;
  private int version;

  /**
   * What makes an identity.
   *
   * @param selectors their identities, at least one
   * @param range who the address is by itself
   */
  record Parts(SortedSet<Integer> selectors, int range) {
    static Parts of(Set<Integer> selectors, int range) {
      return new Parts(new TreeSet<>(selectors), range);
    }
  }

  /** Grows with each change: what was compiled before is to be compiled anew. */
  int version() {
    return version;
  }

  /**
   * The number of an identity, new if there was none.
   *
   * @throws IllegalStateException if there are too many already
   */
  int of(Parts parts) {
    Integer known = numbers.get(parts);
    if (known != null) {
      return known;
    }
    if (numbers.size() == MOST) {
      throw new IllegalStateException(
          "learned addresses satisfy more than " + MOST + " different sets of selectors");
    }
    int number = next++;
    add(parts, number);
    version++;
    return number;
  }

  private void add(Parts parts, int number) {
    numbers.put(parts, number);
    byPart.computeIfAbsent(parts.range, _ -> new ArrayList<>()).add(number);
    parts.selectors.forEach(
        part -> byPart.computeIfAbsent(part, _ -> new ArrayList<>()).add(number));
  }

  /** Forgets all others; numbers stay, and none is given again. */
  void retain(Set<Parts> wanted) {
    Map<Parts, Integer> before = new HashMap<>(numbers);
    if (numbers.keySet().retainAll(wanted)) {
      numbers.clear();
      byPart.clear();
      before.forEach(
          (parts, number) -> {
            if (wanted.contains(parts)) {
              add(parts, number);
            }
          });
      version++;
    }
  }

  /** The same, with each learned identity of which a part is named. */
  Remotes withLearned(Remotes named) {
    if (named.isAny() || byPart.isEmpty()) {
      return named;
    }
    Set<Integer> learned = new HashSet<>();
    byPart.forEach(
        (part, numbersOfPart) -> {
          if (named.include(part)) {
            learned.addAll(numbersOfPart);
          }
        });
    return learned.isEmpty()
        ? named
        : Remotes.of(
            IntStream.concat(named.identities(), learned.stream().mapToInt(Integer::intValue)));
  }
}
