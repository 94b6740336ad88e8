package io.sluice.xds.resolve;

import io.sluice.xds.world.Policy;
import io.sluice.xds.world.Warning;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds L7 rules that restrict nobody, because a plain rule lets the same peer do everything on the
 * same port: allows are a union, which people forget.
 */
final class NeedlessL7 {
  /** A courtesy is not worth more comparisons for one direction of one endpoint. */
  private static final int MAX_COMPARISONS = 10_000;

  private NeedlessL7() {}

  /** Warns of each L7 rule of one direction once, naming the first rule that opens it. */
  static List<Warning> find(List<Rule> rules) {
    List<Rule> plain =
        rules.stream().filter(rule -> rule.plain() && rule.policy() != null).toList();
    List<Warning> warnings = new ArrayList<>();
    int comparisons = 0;
    for (Rule restricted : rules) {
      if (restricted.l7() == null) {
        continue;
      }
      for (Rule open : plain) {
        if (++comparisons > MAX_COMPARISONS) {
          return warnings;
        }
        if (restricted.traffic().meets(open.traffic()) && restricted.peers().meets(open.peers())) {
          warnings.add(warning(restricted, open));
          break;
        }
      }
    }
    return warnings;
  }

  private static Warning warning(Rule restricted, Rule open) {
    return new Warning(
        restricted.place().source(),
        restricted.place().field(),
        name(restricted.policy())
            + ": its L7 rules restrict nothing for some of its peers, because "
            + open.place().field()
            + " of "
            + name(open.policy())
            + " ("
            + open.place().source()
            + ") allows them everything on the same port; remove that, or give it L7 rules too");
  }

  private static String name(@Nullable Policy policy) {
    return policy == null ? "nobody" : policy.kind() + " " + policy.fullName();
  }
}
