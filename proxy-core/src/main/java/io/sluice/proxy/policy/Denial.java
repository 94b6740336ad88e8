package io.sluice.proxy.policy;

import io.sluice.proxy.policy.rule.NearestMiss;
import io.sluice.proxy.policy.rule.RuleOrigin;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A refusal and its reason.
 *
 * @param reason for people, one sentence, no text from traffic
 * @param byRule whether rules refuse it, rather than none allowing it
 * @param decidedBy see {@link Verdict#decidedBy}
 * @param nearestMisses at most {@link #MAX_NEAREST_MISSES} rules that could have allowed it, the
 *     nearest first
 */
public record Denial(
    String reason, boolean byRule, List<RuleOrigin> decidedBy, List<NearestMiss> nearestMisses)
    implements Verdict {
  /** How many rules that came near are named. */
  public static final int MAX_NEAREST_MISSES = 5;

  /** Leaves out what no policy object asked for. */
  public Denial {
    decidedBy = RuleOrigin.known(decidedBy);
    nearestMisses = List.copyOf(nearestMisses);
  }

  /** A refusal because nothing allows it, without any rule that came near. */
  public static Denial because(String reason) {
    return new Denial(reason, false, List.of(), List.of());
  }

  @Override
  public @Nullable Permit permit() {
    return null;
  }

  /** The first rule that refuses it; {@link RuleOrigin#NONE} where simply nothing allows it. */
  public RuleOrigin deniedBy() {
    return byRule && !decidedBy.isEmpty() ? decidedBy.getFirst() : RuleOrigin.NONE;
  }

  /** The same with the rules that came near. */
  public Denial near(List<NearestMiss> misses) {
    return new Denial(reason, byRule, decidedBy, misses);
  }

  /** The same with more to its reason. */
  Denial adding(String more) {
    return new Denial(reason + more, byRule, decidedBy, nearestMisses);
  }
}
