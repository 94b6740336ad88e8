package io.sluice.dns.match;

import io.sluice.proxy.policy.rule.InvalidPolicyException;
import io.sluice.proxy.policy.rule.RuleMatcher;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** Patterns with a number each: says which of them some names satisfy. Immutable. */
public final class NumberedPatterns {
  /** None at all. */
  public static final NumberedPatterns NONE = new NumberedPatterns();

  private final NameTrie trie = new NameTrie();
  private final Map<Integer, NamePattern> patterns = new HashMap<>();

  private NumberedPatterns() {}

  /**
   * Reads them; what is no pattern is satisfied by no name and left out.
   *
   * @param texts by number, not negative
   */
  public static NumberedPatterns ofValid(Map<Integer, String> texts) {
    NumberedPatterns all = new NumberedPatterns();
    texts.forEach(
        (number, text) -> {
          try {
            NamePattern pattern = NamePattern.of(text);
            all.patterns.put(number, pattern);
            all.trie.add(pattern, number);
          } catch (InvalidPolicyException none) {
            // left out
          }
        });
    return all;
  }

  /** How many there are. */
  public int size() {
    return patterns.size();
  }

  /** Whether a name satisfies any; costs the same however many there are. */
  public boolean any(DnsName name) {
    return trie.find(name) != RuleMatcher.NONE;
  }

  /** The numbers of those that at least one of the names satisfies. */
  public Set<Integer> of(Set<DnsName> names) {
    Set<Integer> numbers = new HashSet<>();
    for (DnsName name : names) {
      if (any(name)) {
        patterns.forEach(
            (number, pattern) -> {
              if (pattern.matches(name)) {
                numbers.add(number);
              }
            });
      }
    }
    return numbers;
  }
}
