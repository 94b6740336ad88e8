package io.sluice.http.match;

import io.sluice.http.codec.RequestHead;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A condition on a header: it must be present, and every line of that name must satisfy it by
 * itself; lines are never joined (CVE-2026-26308, CVE-2023-30851).
 */
final class HeaderCondition implements Condition {
  private final byte[] name;
  private final String shownName;
  private final byte @Nullable [] exact;
  private final @Nullable TextPattern pattern;

  private HeaderCondition(
      byte[] name, String shownName, byte @Nullable [] exact, @Nullable TextPattern pattern) {
    this.name = name;
    this.shownName = shownName;
    this.exact = exact;
    this.pattern = pattern;
  }

  static HeaderCondition present(byte[] name, String shownName) {
    return new HeaderCondition(name, shownName, null, null);
  }

  static HeaderCondition exact(byte[] name, String shownName, byte[] value) {
    return new HeaderCondition(name, shownName, value, null);
  }

  static HeaderCondition matching(byte[] name, String shownName, TextPattern pattern) {
    return new HeaderCondition(name, shownName, null, pattern);
  }

  @Override
  public boolean holds(RequestHead request) {
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
      return Arrays.equals(wanted, 0, wanted.length, request.bytes(), from, to);
    }
    return pattern == null || pattern.matches(request.bytes(), from, to);
  }

  @Override
  public int shared(RequestHead request) {
    return 0;
  }

  @Override
  public String field() {
    return "headers";
  }

  // Values are not shown: either side may be a secret.
  @Override
  public String why(RequestHead request) {
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
