package io.sluice.xds.identity;

import io.sluice.xds.world.Label;
import io.sluice.xds.world.Labels;
import io.sluice.xds.world.PeerSelector;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The identities of FQDN selectors: one for each spelling that policies have, from the policy on
 * and not from the first answer of a name server. They have no addresses; each node knows which its
 * pods have learned. No selector of labels finds them: what an address is otherwise, it stays.
 */
final class NameIdentities {
  private static final int FIRST = 0x0200_0000;
  private static final int LAST = 0x02ff_ffff;

  private final Numbers<String> numbers = new Numbers<>(FIRST, LAST);
  private SortedMap<String, Identity> identities = new TreeMap<>();

  static boolean holds(int number) {
    return number >= FIRST && number <= LAST;
  }

  Numbers<String> numbers() {
    return numbers;
  }

  /** That of a selector, or null if no policy mentions it. */
  @Nullable Identity of(PeerSelector.Fqdn selector) {
    return identities.get(selector.pattern());
  }

  /** Follows the policies. */
  void update(Set<String> patterns, SortedMap<Integer, Identity> all) {
    for (Map.Entry<String, Identity> before : identities.entrySet()) {
      if (!patterns.contains(before.getKey())) {
        all.remove(before.getValue().number());
        numbers.rest(before.getKey());
      }
    }
    SortedMap<String, Identity> next = new TreeMap<>();
    for (String pattern : patterns) {
      Identity known = identities.get(pattern);
      if (known == null) {
        Labels labels = Labels.of(List.of(new Label(Label.FQDN, pattern, "")));
        known = new Identity(numbers.of(pattern), labels, List.of(), Map.of());
        all.put(known.number(), known);
      }
      next.put(pattern, known);
    }
    identities = next;
  }
}
