package io.sluice.dns.match;

import io.sluice.proxy.policy.rule.InvalidPolicyException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What a rule or a selector says of names, exactly as Cilium 1.19 reads it (policy language, 5.7):
 * a star stands for any number of plain characters inside one label; {@code **.} in front for one
 * or more whole labels; nothing but stars for every name, the root included. Case and a final dot
 * make no difference; without a star it is one name.
 */
public final class NamePattern {
  private static final int MAX_TEXT = 255;
  private static final int MAX_LABEL = 63;

  private final String text;
  private final boolean everything;
  private final boolean deep;
  private final List<LabelPattern> labels;

  private NamePattern(String text, boolean everything, boolean deep, List<LabelPattern> labels) {
    this.text = text;
    this.everything = everything;
    this.deep = deep;
    this.labels = List.copyOf(labels);
  }

  /**
   * Reads one.
   *
   * @throws InvalidPolicyException if it can't match any name: empty, longer than 255, another
   *     character than letters, digits, {@code - _ . *}, an empty label, or one longer than 63
   */
  public static NamePattern of(String written) throws InvalidPolicyException {
    String text = written.strip();
    if (text.isEmpty() || text.length() > MAX_TEXT) {
      throw invalid(written.length() > MAX_TEXT ? "…" : written, "1 to 255 characters");
    }
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (!DnsName.isPlain(c) && !(c >= 'A' && c <= 'Z') && c != '.' && c != '*') {
        throw invalid(written, "letters, digits, \"-\", \"_\", \".\" and \"*\" only");
      }
    }
    return ofLowerCase(text.toLowerCase(Locale.ROOT));
  }

  private static NamePattern ofLowerCase(String text) throws InvalidPolicyException {
    String body = text.endsWith(".") ? text.substring(0, text.length() - 1) : text;
    if (body.isEmpty()) {
      return new NamePattern(text, false, false, List.of());
    }
    int stars = 0;
    while (stars < body.length() && body.charAt(stars) == '*') {
      stars++;
    }
    if (stars == body.length()) {
      return new NamePattern(text, true, false, List.of());
    }
    boolean deep = stars >= 2 && body.charAt(stars) == '.';
    return new NamePattern(text, false, deep, labels(deep ? body.substring(stars + 1) : body));
  }

  private static List<LabelPattern> labels(String body) throws InvalidPolicyException {
    List<LabelPattern> labels = new ArrayList<>();
    StringBuilder label = new StringBuilder();
    for (int i = 0; i <= body.length(); i++) {
      char c = i == body.length() ? '.' : body.charAt(i);
      if (c == '.') {
        long plain = label.chars().filter(of -> of != '*').count();
        if (label.isEmpty() || plain > MAX_LABEL) {
          throw invalid(body, "labels of 1 to 63 characters between dots");
        }
        labels.add(new LabelPattern(label.toString()));
        label.setLength(0);
      } else if (c != '*' || label.isEmpty() || label.charAt(label.length() - 1) != '*') {
        label.append(c);
      }
    }
    return labels;
  }

  private static InvalidPolicyException invalid(String text, String expected) {
    return new InvalidPolicyException("\"" + text + "\" (expected: " + expected + ")");
  }

  /** As it was written, in lower case. */
  public String text() {
    return text;
  }

  /** Whether it stands for every name. */
  boolean everything() {
    return everything;
  }

  /** Whether one or more labels may stand before its own. */
  boolean deep() {
    return deep;
  }

  /** Its labels from the left, without what {@link #deep} stands for. */
  List<LabelPattern> labels() {
    return labels;
  }

  /** Whether the name is one that it stands for. */
  public boolean matches(DnsName name) {
    if (!name.plain() || everything) {
      return name.plain();
    }
    int more = name.labelCount() - labels.size();
    return (deep ? more >= 1 : more == 0) && tail(name) == labels.size();
  }

  /** How many labels match, counted from the right up to the first that does not. */
  int tail(DnsName name) {
    int most = Math.min(labels.size(), name.labelCount());
    int tail = 0;
    while (tail < most
        && labels.get(labels.size() - 1 - tail).matches(name, name.labelCount() - 1 - tail)) {
      tail++;
    }
    return tail;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof NamePattern that
        && that.everything == everything
        && that.deep == deep
        && that.labels.equals(labels);
  }

  @Override
  public int hashCode() {
    return labels.hashCode() * 4 + (everything ? 2 : 0) + (deep ? 1 : 0);
  }

  @Override
  public String toString() {
    return text;
  }
}
