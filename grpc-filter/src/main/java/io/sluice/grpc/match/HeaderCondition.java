package io.sluice.grpc.match;

import io.envoyproxy.envoy.config.route.v3.HeaderMatcher;
import io.sluice.proxy.policy.rule.InvalidPolicyException;
import org.jspecify.annotations.Nullable;

/**
 * A condition on a header: it must be present, and every line of that name must have the value by
 * itself; lines are never joined.
 *
 * @param name in any case
 * @param value one char for each byte; null for any
 */
record HeaderCondition(String name, @Nullable String value) {
  private static final int MAX_LENGTH = 16 * 1024;

  /** Reads one; refuses whatever a rule for gRPC can't say. */
  static HeaderCondition of(HeaderMatcher matcher) throws InvalidPolicyException {
    String name = matcher.getName();
    if (!isToken(name)) {
      throw new InvalidPolicyException(
          "headers.name: \"" + name + "\" (expected: the name of a header)");
    }
    String value =
        switch (matcher.getHeaderMatchSpecifierCase()) {
          case EXACT_MATCH -> matcher.getExactMatch();
          case STRING_MATCH -> matcher.getStringMatch().hasExact() ? exact(matcher) : null;
          default -> null;
        };
    boolean presence =
        switch (matcher.getHeaderMatchSpecifierCase()) {
          case PRESENT_MATCH -> matcher.getPresentMatch();
          case HEADERMATCHSPECIFIER_NOT_SET -> true;
          default -> false;
        };
    if ((value == null && !presence)
        || matcher.getInvertMatch()
        || matcher.getTreatMissingHeaderAsEmpty()) {
      throw new InvalidPolicyException(
          "headers[" + name + "] can't be enforced (expected: exact, or present)");
    }
    if (name.length() > MAX_LENGTH || (value != null && value.length() > MAX_LENGTH)) {
      throw new InvalidPolicyException(
          "headers[" + name + "]: too long (expected: <= " + MAX_LENGTH + " characters)");
    }
    return new HeaderCondition(name, value == null ? null : GrpcCall.Field.of(name, value).value());
  }

  private static @Nullable String exact(HeaderMatcher matcher) {
    return matcher.getStringMatch().getIgnoreCase() ? null : matcher.getStringMatch().getExact();
  }

  /** RFC 9110, 5.6.2. */
  private static boolean isToken(String name) {
    return !name.isEmpty()
        && name.chars()
            .allMatch(
                c ->
                    (c >= 'a' && c <= 'z')
                        || (c >= 'A' && c <= 'Z')
                        || (c >= '0' && c <= '9')
                        || "!#$%&'*+-.^_`|~".indexOf(c) >= 0);
  }

  /** Whether two names of headers are the same. */
  static boolean sameName(CharSequence came, String wanted) {
    int length = wanted.length();
    if (came.length() != length) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      if (lower(came.charAt(i)) != lower(wanted.charAt(i))) {
        return false;
      }
    }
    return true;
  }

  private static int lower(char c) {
    return c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c;
  }

  /** Whether it holds. */
  boolean holds(GrpcRequest request) {
    boolean present = false;
    for (int i = 0; i < request.fieldCount(); i++) {
      if (sameName(request.fieldName(i), name)) {
        if (value != null && CharSequence.compare(value, request.fieldValue(i)) != 0) {
          return false;
        }
        present = true;
      }
    }
    return present;
  }

  /** Why it does not hold; shows no value: either side may be a secret. */
  String why(GrpcRequest request) {
    for (int i = 0; i < request.fieldCount(); i++) {
      if (sameName(request.fieldName(i), name)) {
        return name + " has another value than the rule wants";
      }
    }
    return name + " is absent";
  }
}
