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
   * Reads them.
   *
   * @param texts by number, not negative
   * @throws InvalidPolicyException if one of them is no pattern
   */
  public static NumberedPatterns of(Map<Integer, String> texts) throws InvalidPolicyException {
    NumberedPatterns all = new NumberedPatterns();
    for (Map.Entry<Integer, String> text : texts.entrySet()) {
      NamePattern pattern = NamePattern.of(text.getValue());
      all.patterns.put(text.getKey(), pattern);
      all.trie.add(pattern, text.getKey());
    }
    return all;
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
