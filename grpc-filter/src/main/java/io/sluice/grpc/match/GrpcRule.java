package io.sluice.grpc.match;

import io.sluice.proxy.policy.rule.NearestMiss;
import io.sluice.proxy.policy.rule.RuleOrigin;
import java.util.ArrayList;
import java.util.List;

/**
 * One rule: service, method and all headers must match.
 *
 * @param origin where it was written
 * @param service whose method may be called
 * @param method which may be called
 * @param headers all of them must hold
 */
record GrpcRule(
    RuleOrigin origin, NamePattern service, NamePattern method, List<HeaderCondition> headers) {
  private static final int HOLDS = 2000;

  /**
   * Whether it allows the call.
   *
   * @param slash as {@link CallForm#slash}
   */
  boolean holds(GrpcRequest request, int slash) {
    CharSequence path = request.path();
    return service.matches(path, 1, slash)
        && method.matches(path, slash + 1, path.length())
        && headersHold(request);
  }

  /** Whether all headers hold. */
  boolean headersHold(GrpcRequest request) {
    for (int i = 0; i < headers.size(); i++) {
      if (!headers.get(i).holds(request)) {
        return false;
      }
    }
    return true;
  }

  /**
   * How much of the rule the call satisfies: whole conditions first, the service before others,
   * then shared beginnings.
   */
  int nearness(GrpcRequest request, int slash) {
    CharSequence path = request.path();
    int near =
        2 * nearness(service, path, 1, slash) + nearness(method, path, slash + 1, path.length());
    for (HeaderCondition header : headers) {
      near += header.holds(request) ? HOLDS : 0;
    }
    return near;
  }

  private static int nearness(NamePattern pattern, CharSequence path, int from, int to) {
    return pattern.matches(path, from, to) ? HOLDS : pattern.shared(path, from, to);
  }

  /** Says what of it does not hold, and what does. */
  NearestMiss explain(GrpcRequest request, int slash) {
    CharSequence path = request.path();
    List<String> matched = new ArrayList<>();
    if (!service.equals(NamePattern.ANY) && service.matches(path, 1, slash)) {
      matched.add("service");
    }
    if (!method.equals(NamePattern.ANY) && method.matches(path, slash + 1, path.length())) {
      matched.add("method");
    }
    if (!headers.isEmpty() && headersHold(request)) {
      matched.add("headers");
    }
    return miss(request, slash).although(matched);
  }

  private NearestMiss miss(GrpcRequest request, int slash) {
    CharSequence path = request.path();
    if (!service.matches(path, 1, slash)) {
      return new NearestMiss(origin, "service", why(path.subSequence(1, slash), service));
    }
    if (!method.matches(path, slash + 1, path.length())) {
      CharSequence called = path.subSequence(slash + 1, path.length());
      return new NearestMiss(origin, "method", why(called, method));
    }
    for (HeaderCondition header : headers) {
      if (!header.holds(request)) {
        return new NearestMiss(origin, "headers", header.why(request));
      }
    }
    throw new IllegalStateException("a rule that matches is no miss");
  }

  private static String why(CharSequence came, NamePattern wanted) {
    boolean cut = came.length() > 128;
    return "is " + (cut ? came.subSequence(0, 128) + "…" : came) + ", the rule wants " + wanted;
  }
}
