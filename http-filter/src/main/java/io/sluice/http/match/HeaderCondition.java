package io.sluice.http.match;

import io.sluice.http.codec.RequestHead;
import io.sluice.http.guard.Octets;
import org.jspecify.annotations.Nullable;

/**
 * A condition on a header: it must be present, and every line of that name must satisfy it by
 * itself; lines are never joined (CVE-2026-26308, CVE-2023-30851).
 */
final class HeaderCondition implements Condition {
  private static final String HEADERS = "headers";
  private static final String HEADER_MATCHES = "headerMatches";

  private final String field;
  private final byte[] name;
  private final String shownName;
  private final byte @Nullable [] exact;
  private final @Nullable TextPattern pattern;
  private final @Nullable String unavailable;

  private HeaderCondition(
      String field,
      byte[] name,
      String shownName,
      byte @Nullable [] exact,
      @Nullable TextPattern pattern,
      @Nullable String unavailable) {
    this.field = field;
    this.name = name;
    this.shownName = shownName;
    this.exact = exact;
    this.pattern = pattern;
    this.unavailable = unavailable;
  }

  static HeaderCondition present(byte[] name, String shownName) {
    return new HeaderCondition(HEADERS, name, shownName, null, null, null);
  }

  static HeaderCondition exact(byte[] name, String shownName, byte[] value) {
    return new HeaderCondition(HEADERS, name, shownName, value, null, null);
  }

  static HeaderCondition matching(byte[] name, String shownName, TextPattern pattern) {
    return new HeaderCondition(HEADERS, name, shownName, null, pattern, null);
  }

  /** One of {@code headerMatches}; of any value if none is given. */
  static HeaderCondition wanted(byte[] name, String shownName, byte @Nullable [] value) {
    return new HeaderCondition(HEADER_MATCHES, name, shownName, value, null, null);
  }

  /** One of {@code headerMatches} whose value is not to be had: it never holds. */
  static HeaderCondition unavailable(byte[] name, String shownName, String secret) {
    return new HeaderCondition(HEADER_MATCHES, name, shownName, null, null, secret);
  }

  @Override
  public boolean holds(RequestHead request) {
    if (unavailable != null) {
      return false;
    }
    boolean present = false;
    for (int i = 0; i < request.fieldCount(); i++) {
      if (request.isNamed(i, name)) {
        present = true;
        if (!accepts(request, i)) {
          return false;
        }
      }
    }
    return present;
  }

  private boolean accepts(RequestHead request, int field) {
    int from = request.valueFrom(field);
    int to = request.valueTo(field);
    byte[] wanted = exact;
    if (wanted != null) {
      return Octets.sameSecret(request.bytes(), from, to, wanted);
    }
    return pattern == null || pattern.matches(request.bytes(), from, to);
  }

  @Override
  public int shared(RequestHead request) {
    return 0;
  }

  @Override
  public String field() {
    return field;
  }

  // Values are not shown: either side may be a secret.
  @Override
  public String why(RequestHead request) {
    if (unavailable != null) {
      return "the secret " + unavailable + " with the value of " + shownName + " is not available";
    }
    int count = 0;
    for (int i = 0; i < request.fieldCount(); i++) {
      if (request.isNamed(i, name)) {
        count++;
      }
    }
    return switch (count) {
      case 0 -> shownName + " is absent";
      case 1 -> shownName + " has another value than the rule wants";
      default ->
          "not each of the " + count + " values of " + shownName + " is the one the rule wants";
    };
  }
}
