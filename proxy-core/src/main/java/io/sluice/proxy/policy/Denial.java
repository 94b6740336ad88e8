package io.sluice.proxy.policy;

import java.util.List;

/**
 * A refusal and its reason.
 *
 * @param reason for people, one sentence, no text from traffic
 * @param deniedBy the deny rule that matched; {@link RuleOrigin#NONE} where simply nothing allows
 * @param nearestMisses at most five rules that could have allowed it, the nearest first
 */
public record Denial(String reason, RuleOrigin deniedBy, List<NearestMiss> nearestMisses)
    implements Verdict {

  /** A refusal because nothing allows it, without any rule that came near. */
  public static Denial because(String reason) {
    return new Denial(reason, RuleOrigin.NONE, List.of());
  }
}
