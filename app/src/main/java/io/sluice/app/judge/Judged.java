package io.sluice.app.judge;

import io.sluice.proxy.policy.Audited;
import io.sluice.proxy.policy.Denial;
import io.sluice.proxy.policy.Permit;
import io.sluice.proxy.policy.Verdict;
import io.sluice.proxy.policy.rule.NearestMiss;
import io.sluice.proxy.policy.rule.RuleOrigin;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What one end says to a connection or a request.
 *
 * @param outcome of this end alone
 * @param reason one sentence
 * @param decidedBy the rules that decided; of AUDIT those of the denial that is not enforced
 * @param nearestMisses rules that could have allowed it, the nearest first
 * @param forwarded the headers of the request as it goes on, in lower case; null if there is none
 */
record Judged(
    Outcome outcome,
    String reason,
    List<RuleOrigin> decidedBy,
    List<NearestMiss> nearestMisses,
    @Nullable Map<String, List<String>> forwarded) {

  /**
   * Of one verdict.
   *
   * @param permitted the reason if a rule allows it
   * @param forwarded the headers as they go on if it passes
   */
  static Judged of(
      Verdict verdict, String permitted, @Nullable Map<String, List<String>> forwarded) {
    return switch (verdict) {
      case Permit permit ->
          new Judged(
              Outcome.ALLOWED,
              permit.decidedBy().isEmpty() ? "always allowed" : permitted,
              permit.decidedBy(),
              List.of(),
              forwarded);
      case Denial denial -> of(Outcome.DENIED, denial, null);
      case Audited audited -> of(Outcome.AUDIT, audited.denial(), forwarded);
    };
  }

  /** What a denial says, enforced or not. */
  static Judged of(Outcome outcome, Denial denial, @Nullable Map<String, List<String>> forwarded) {
    return new Judged(
        outcome, denial.reason(), denial.decidedBy(), denial.nearestMisses(), forwarded);
  }

  /** Of the verdicts on the parts of a request that decided. */
  static Judged of(Outcome outcome, String reason, List<Verdict> verdicts) {
    Set<RuleOrigin> decidedBy = new LinkedHashSet<>();
    List<NearestMiss> misses = new ArrayList<>();
    for (Verdict verdict : verdicts) {
      decidedBy.addAll(verdict.decidedBy());
      Denial denial =
          switch (verdict) {
            case Denial enforced -> enforced;
            case Audited audited -> audited.denial();
            case Permit _ -> null;
          };
      if (denial != null) {
        misses.addAll(denial.nearestMisses());
      }
    }
    return new Judged(
        outcome,
        reason,
        List.copyOf(decidedBy),
        misses.stream().distinct().limit(Denial.MAX_NEAREST_MISSES).toList(),
        null);
  }
}
