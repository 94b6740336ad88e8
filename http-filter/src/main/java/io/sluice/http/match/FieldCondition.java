package io.sluice.http.match;

import io.sluice.http.codec.RequestHead;
import io.sluice.http.guard.Octets;

/** A condition on the path, the method or the host. */
record FieldCondition(RequestField on, TextPattern pattern) implements Condition {
  private static final int MAX_SHOWN = 128;

  @Override
  public boolean holds(RequestHead request) {
    int from = on.from(request);
    int to = on.to(request);
    return from < to && pattern.matches(on.bytes(request), from, to);
  }

  @Override
  public int shared(RequestHead request) {
    String wanted = pattern.regex().pattern();
    byte[] came = on.bytes(request);
    int from = on.from(request);
    int most = Math.min(wanted.length(), on.to(request) - from);
    int shared = 0;
    while (shared < most && wanted.charAt(shared) == (came[from + shared] & 0xff)) {
      shared++;
    }
    return shared;
  }

  @Override
  public String field() {
    return on.label();
  }

  @Override
  public String why(RequestHead request) {
    int from = on.from(request);
    int to = on.to(request);
    if (from == to) {
      return "there is none, the rule wants " + pattern.shown();
    }
    if (pattern.literals() == null && pattern.isTooLong(to - from)) {
      return "has " + (to - from) + " bytes, too many for the pattern " + pattern.shown();
    }
    boolean cut = to - from > MAX_SHOWN;
    String came = Octets.text(on.bytes(request), from, cut ? from + MAX_SHOWN : to);
    return "is " + came + (cut ? "…" : "") + ", the rule wants " + pattern.shown();
  }
}
