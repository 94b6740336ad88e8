package io.sluice.proxy.policy.rule;

import java.util.LinkedHashSet;
import java.util.List;

/**
 * A rule that did not match, and why.
 *
 * @param origin the rule
 * @param field the first field of the rule that did not hold, such as {@code path}
 * @param why what the rule wanted and what came; may quote traffic, so writers must escape it
 */
public record NearestMiss(RuleOrigin origin, String field, String why) {

  /**
   * The same, which also says what did match.
   *
   * @param fields the fields of the rule that held, such as {@code method}; a name may recur
   */
  public NearestMiss although(List<String> fields) {
    return fields.isEmpty()
        ? this
        : new NearestMiss(
            origin,
            field,
            why + " (matched: " + String.join(", ", new LinkedHashSet<>(fields)) + ")");
  }
}
