package io.sluice.xds.crd.policy;

import io.sluice.xds.crd.read.Located;
import io.sluice.xds.crd.read.RejectedException;
import io.sluice.xds.world.L7Rules.HttpRule;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads {@code rules.http} and warns of what people write when they mean something else. */
final class HttpParser {
  private static final String PATTERN_CHARACTERS = ".*+?()[]{}|\\^$";

  private final HeaderParser headers;
  private final Bounds bounds;

  HttpParser(HeaderParser headers, Bounds bounds) {
    this.headers = headers;
    this.bounds = bounds;
  }

  /** Reads a list of HTTP rules. */
  List<HttpRule> list(Located list) throws RejectedException {
    List<HttpRule> rules = list.each(this::rule);
    Set<String> paths = new HashSet<>();
    for (HttpRule rule : rules) {
      if (rule.path() != null) {
        paths.add(rule.path());
      }
    }
    list.each(item -> warnIfPrefixIsMeant(item, paths));
    return rules;
  }

  private HttpRule rule(Located rule) throws RejectedException {
    bounds.addL7Rule(rule);
    rule.allow(Set.of("method", "path", "host", "headers", "headerMatches"));
    return new HttpRule(
        rule.place(),
        any(rule.read("method", this::method)),
        any(rule.read("path", this::path)),
        any(rule.read("host", this::host)),
        rule.each("headers", headers::header),
        rule.each("headerMatches", headers::match));
  }

  /** Empty text means that the field is not set, as everywhere in the language. */
  private static @Nullable String any(@Nullable String pattern) {
    return pattern == null || pattern.isEmpty() ? null : pattern;
  }

  private String method(Located field) throws RejectedException {
    String method = Regex.check(field, bounds);
    if (literal(method) && !method.equals(method.toUpperCase(Locale.ROOT))) {
      field.warn(
          "methods are compared with their case, so this is not "
              + method.toUpperCase(Locale.ROOT)
              + "; write that");
    }
    return method;
  }

  private String path(Located field) throws RejectedException {
    String path = Regex.check(field, bounds);
    if (path.startsWith("^") || (path.endsWith("$") && !path.endsWith("\\$"))) {
      field.warn("the whole path is always matched; ^ and $ change nothing, remove them");
    } else if (!path.isEmpty()
        && path.charAt(0) != '/'
        && PATTERN_CHARACTERS.indexOf(path.charAt(0)) < 0) {
      field.warn("matches nothing, because every path begins with /; write \"/" + path + "\"");
    }
    return path;
  }

  private String host(Located field) throws RejectedException {
    String host = Regex.check(field, bounds);
    for (int i = 0; i + 1 < host.length(); i++) {
      boolean escaped = i > 0 && (host.charAt(i - 1) == '\\' || host.charAt(i - 1) == '[');
      if (host.charAt(i) == '.' && !escaped && Character.isLetterOrDigit(host.charAt(i + 1))) {
        field.warn(
            "a dot matches any character, so \""
                + host
                + "\" matches other hosts too; write \\. for a dot");
        break;
      }
    }
    return host;
  }

  private static Located warnIfPrefixIsMeant(Located rule, Set<String> paths)
      throws RejectedException {
    String path = rule.text("path");
    if (!path.isEmpty() && literal(path) && paths.contains(path + ".*")) {
      rule.require("path")
          .warn(
              "matches just this path; what begins with it is matched by the rule \""
                  + path
                  + ".*\" of the same list; remove one of the two");
    }
    return rule;
  }

  private static boolean literal(String pattern) {
    return pattern.chars().noneMatch(c -> PATTERN_CHARACTERS.indexOf(c) >= 0);
  }
}
