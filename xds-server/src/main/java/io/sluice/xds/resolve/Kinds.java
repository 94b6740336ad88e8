package io.sluice.xds.resolve;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Finds L7 rules of different kinds, server names among them, that meet at one peer on one port
 * though different selectors name it: one connection can't be read in two ways (policy language,
 * end of section 4.8).
 */
final class Kinds {
  private Kinds() {}

  /** The conflicts among the rules of one direction, each pair of places once. */
  static List<Conflict> conflicts(List<Rule> rules) {
    List<Rule> denies = rules.stream().filter(Rule::deny).toList();
    List<Rule> inspecting =
        rules.stream()
            .filter(rule -> !rule.kind().isEmpty() && rule.policy() != null)
            .filter(rule -> denies.stream().noneMatch(deny -> covers(deny, rule)))
            .toList();
    List<Conflict> conflicts = new ArrayList<>();
    Rule first = inspecting.isEmpty() ? null : inspecting.getFirst();
    if (first == null || inspecting.stream().allMatch(rule -> rule.kind().equals(first.kind()))) {
      return conflicts;
    }
    for (int i = 0; i < inspecting.size(); i++) {
      for (int j = 0; j < i; j++) {
        if (meet(inspecting.get(i), inspecting.get(j))) {
          conflicts.add(conflict(inspecting.get(i), inspecting.get(j)));
          break; // one reason is enough for one rule
        }
      }
    }
    return conflicts;
  }

  /** What is denied as a whole can't be in conflict. */
  private static boolean covers(Rule deny, Rule rule) {
    return deny.traffic().covers(rule.traffic()) && deny.peers().contains(rule.peers());
  }

  private static boolean meet(Rule a, Rule b) {
    return !a.kind().equals(b.kind())
        && a.traffic().meets(b.traffic())
        && a.peers().meets(b.peers());
  }

  private static Conflict conflict(Rule second, Rule first) {
    return Merge.conflict(
        Objects.requireNonNull(second.policy()),
        second.place(),
        Objects.requireNonNull(first.policy()),
        first.place(),
        second.kind(),
        first.kind());
  }
}
