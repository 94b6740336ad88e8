package io.sluice.dns.match;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Finds the rules whose patterns end most like a name does, without looking at all of them: what
 * one denial may cost is bounded.
 */
final class NearestPatterns {
  private static final int MAX_CANDIDATES = 64;

  /** Patterns read from their ends, sorted, so that those that end alike are neighbours. */
  private final String[] reversed;

  /** The rule of each. */
  private final int[] rules;

  NearestPatterns(List<DnsRule> of) {
    String[] texts = of.stream().map(rule -> reverse(rule.pattern().text())).toArray(String[]::new);
    rules =
        IntStream.range(0, texts.length)
            .boxed()
            .sorted(Comparator.comparing(rule -> texts[rule]))
            .mapToInt(Integer::intValue)
            .toArray();
    reversed = Arrays.stream(rules).mapToObj(rule -> texts[rule]).toArray(String[]::new);
  }

  /** Returns the indices of rules around the place where the name would be, ascending. */
  List<Integer> candidates(DnsName name) {
    int found = Arrays.binarySearch(reversed, reverse(name.toString()));
    int place = found < 0 ? -found - 1 : found;
    int first = Math.min(place - MAX_CANDIDATES / 2, rules.length - MAX_CANDIDATES);
    int from = Math.max(0, first);
    int to = Math.min(rules.length, from + MAX_CANDIDATES);
    return Arrays.stream(rules, from, to).sorted().boxed().toList();
  }

  private static String reverse(String name) {
    int length = name.endsWith(".") ? name.length() - 1 : name.length();
    return new StringBuilder(name.substring(0, length)).reverse().toString();
  }
}
