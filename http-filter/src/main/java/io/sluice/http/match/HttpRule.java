package io.sluice.http.match;

import io.sluice.http.codec.RequestHead;
import io.sluice.proxy.policy.rule.NearestMiss;
import io.sluice.proxy.policy.rule.RuleOrigin;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One rule: all conditions must hold.
 *
 * @param origin where it was written
 * @param conditions in the order in which a miss is explained
 * @param gates how many of them, from the first on, must hold for the actions to be run
 * @param actions what is done to requests
 */
record HttpRule(
    RuleOrigin origin, List<Condition> conditions, int gates, List<HeaderAction> actions) {
  private static final int HOLDS = 1000;

  /** The first condition on the field, which the index looks up, or null. */
  @Nullable TextPattern indexed(RequestField field) {
    for (Condition condition : conditions) {
      if (condition instanceof FieldCondition on && on.on() == field) {
        return on.pattern();
      }
    }
    return null;
  }

  /** What the index leaves to check. */
  Condition[] rest() {
    List<Condition> rest = new ArrayList<>();
    Set<RequestField> indexed = EnumSet.noneOf(RequestField.class);
    for (Condition condition : conditions) {
      if (!(condition instanceof FieldCondition on && indexed.add(on.on()))) {
        rest.add(condition);
      }
    }
    return rest.toArray(new Condition[0]);
  }

  /** Whether all conditions hold. */
  boolean holds(RequestHead request) {
    return holds(request, conditions.size());
  }

  /** Whether its actions are run, which does not mean that the rule holds. */
  boolean acts(RequestHead request) {
    return holds(request, gates);
  }

  private boolean holds(RequestHead request, int first) {
    for (int i = 0; i < first; i++) {
      if (!conditions.get(i).holds(request)) {
        return false;
      }
    }
    return true;
  }

  /** How much of the rule the request satisfies: whole conditions first, then shared beginnings. */
  int nearness(RequestHead request) {
    int near = 0;
    for (Condition condition : conditions) {
      near += condition.holds(request) ? HOLDS : Math.min(condition.shared(request), HOLDS - 1);
    }
    return near;
  }

  private List<String> matched(RequestHead request) {
    return conditions.stream()
        .filter(condition -> condition.holds(request))
        .map(Condition::field)
        .toList();
  }

  NearestMiss explain(RequestHead request) {
    for (Condition condition : conditions) {
      if (!condition.holds(request)) {
        return new NearestMiss(origin, condition.field(), condition.why(request))
            .although(matched(request));
      }
    }
    return new NearestMiss(
        origin, "path", "matches only with its path parameters; without them it is another path");
  }
}
