package io.sluice.http.match;

import io.sluice.http.codec.RequestHead;

/** A step of the lookup: decides on the parts of the request that are still open. */
interface Node {

  /** Returns the index of a rule that matches, or {@link RuleMatcher#NONE}. */
  int match(RequestHead request);
}
