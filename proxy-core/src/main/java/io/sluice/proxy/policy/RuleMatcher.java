package io.sluice.proxy.policy;

import java.util.List;

/**
 * The compiled L7 rules of one protocol that apply to one peer on one port; immutable and pure.
 *
 * @param <R> the protocol's request
 */
public interface RuleMatcher<R extends Request> {

  /** What {@link #match} returns when no rule matches. */
  int NONE = -1;

  /** The origins of the rules, in the order of their indices. */
  List<RuleOrigin> origins();

  /** Returns the index of a rule that allows the request, or {@link #NONE}. */
  int match(R request);

  /** Says why the rule with this index does not match the request; asked for denials only. */
  NearestMiss explain(int rule, R request);
}
