package io.sluice.xds.crd.policy;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import io.sluice.xds.crd.read.Located;
import io.sluice.xds.crd.read.RejectedException;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Accepts an RE2 pattern only if it compiles to a program of bounded size: the size is estimated
 * from the text first, because nested repetitions such as {@code ((a{999}){999}){999}} would fill
 * the memory while they are compiled.
 */
final class Regex {
  private static final int MAX_LENGTH = 4096;
  private static final int MAX_DEPTH = 100;

  /** What the text may be estimated to need before it is compiled. */
  private static final long MAX_SIZE = 20_000;

  /** What the proxy runs for one pattern, at most. */
  private static final int MAX_PROGRAM = 2_000;

  private Regex() {}

  /** Checks the pattern that a field holds, counts its steps and returns it. */
  static String check(Located field, Bounds bounds) throws RejectedException {
    String pattern = field.text();
    if (pattern.length() > MAX_LENGTH) {
      throw field.reject("longer than " + MAX_LENGTH + " characters; split it into several rules");
    }
    String tooLarge = tooLarge(pattern);
    if (tooLarge != null) {
      throw field.reject(tooLarge);
    }
    try {
      int steps = Pattern.compile(pattern).programSize();
      if (steps > MAX_PROGRAM) {
        throw field.reject(
            "compiles to "
                + steps
                + " steps, at most "
                + MAX_PROGRAM
                + " are allowed; use smaller counts or split it into several rules");
      }
      bounds.addSteps(field, steps);
    } catch (PatternSyntaxException invalid) {
      throw field.reject(
          "expected an RE2 pattern for the whole value, found \""
              + pattern
              + "\": "
              + invalid.getDescription());
    }
    return pattern;
  }

  /** Estimates from above how many instructions the pattern needs; says so if they are too many. */
  private static @Nullable String tooLarge(String pattern) {
    Deque<Long> outer = new ArrayDeque<>();
    long group = 0;
    long atom = 0;
    for (int i = 0; i < pattern.length(); i++) {
      char c = pattern.charAt(i);
      if (c == '(') {
        outer.push(group + atom);
        group = 0;
        atom = 0;
      } else if (c == ')' && !outer.isEmpty()) {
        atom = group + atom + 2;
        group = outer.pop();
      } else if (c == '{') {
        atom *= Math.max(1, largestCount(pattern, i));
      } else {
        int end = c == '\\' ? escapeEnd(pattern, i) : c == '[' ? classEnd(pattern, i) : i;
        group += atom;
        // A class is one step however many members it has.
        atom = c == '[' ? 1 : end - i + 1L;
        i = end;
      }
      if (outer.size() > MAX_DEPTH) {
        return "groups nested deeper than " + MAX_DEPTH + " levels";
      }
      if (group + atom > MAX_SIZE) {
        return "repeats too much: the pattern would need more than "
            + MAX_SIZE
            + " steps; use smaller counts";
      }
    }
    return null;
  }

  /** The index of the last character of an escape; all of {@code \Q...\E} is one. */
  private static int escapeEnd(String pattern, int backslash) {
    if (pattern.startsWith("Q", backslash + 1)) {
      int end = pattern.indexOf("\\E", backslash);
      return end < 0 ? pattern.length() - 1 : end + 1;
    }
    return Math.min(backslash + 1, pattern.length() - 1);
  }

  /** The index of the bracket that ends a class; a bracket right at its beginning is a member. */
  private static int classEnd(String pattern, int open) {
    int i = open + 1;
    if (pattern.startsWith("^", i)) {
      i++;
    }
    if (pattern.startsWith("]", i)) {
      i++;
    }
    for (; i < pattern.length(); i++) {
      char c = pattern.charAt(i);
      if (c == ']') {
        return i;
      }
      if (c == '\\') {
        i = escapeEnd(pattern, i);
      } else if (pattern.startsWith("[:", i) && pattern.indexOf(":]", i) > 0) {
        i = pattern.indexOf(":]", i) + 1;
      }
    }
    return pattern.length() - 1;
  }

  /** The larger of the counts in {@code {n}}, {@code {n,}} or {@code {n,m}}; 0 if it is none. */
  private static int largestCount(String pattern, int brace) {
    int largest = 0;
    int count = 0;
    for (int i = brace + 1; i < pattern.length(); i++) {
      char c = pattern.charAt(i);
      if (c >= '0' && c <= '9') {
        count = Math.min(count * 10 + (c - '0'), 100_000);
        largest = Math.max(largest, count);
      } else if (c == ',') {
        count = 0;
      } else {
        break;
      }
    }
    return largest;
  }
}
