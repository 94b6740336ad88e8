package io.sluice.http.match;

import io.sluice.http.codec.RequestHead;

/** One condition of a rule on a request; immutable. */
sealed interface Condition permits FieldCondition, HeaderCondition {

  /** Whether it holds. */
  boolean holds(RequestHead request);

  /** How many bytes the value and what is wanted have in common from their beginning. */
  int shared(RequestHead request);

  /** The field's name in the policy language. */
  String field();

  /** What was wanted and what came; asked only when it does not hold. */
  String why(RequestHead request);
}
