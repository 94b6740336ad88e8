package io.sluice.proxy.policy.rule;

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

  /**
   * Returns the indices of all rules that allow the request, in the order of the policy; empty
   * exactly when {@link #match} returns {@link #NONE}. For explanations: takes its time.
   */
  List<Integer> matching(R request);

  /**
   * Returns the request with the changes that the rules make to it, whether it is allowed or not;
   * the same object if they make none.
   */
  default R forwarded(R request) {
    return request;
  }

  /** Returns the request without its changes, but so that no record of it shows a secret. */
  default R recorded(R request) {
    return request;
  }

  /** What whoever sends a request that no rule matches is told. */
  default RefusedAs refusedAs() {
    return RefusedAs.CONFIGURED;
  }

  /**
   * Says of the rules that came nearest why they do not match; asked for denials only.
   *
   * @param request one that no rule matches
   * @param most how many to name
   * @return the nearest first, rules that are equally near in the order of the policy
   */
  List<NearestMiss> nearest(R request, int most);
}
