package io.sluice.xds.crd;

import io.sluice.xds.world.L7Rules;
import io.sluice.xds.world.Warning;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads {@code rules.http} and warns of what people write when they mean something else. */
final class HttpParser {
  private static final String PATTERN_CHARACTERS = ".*+?()[]{}|\\^$";

  /** RFC 9110 5.6.2: what the name of a header consists of. */
  private static final Pattern TOKEN = Pattern.compile("[-!#$%&'*+.^_`|~0-9A-Za-z]+");

  private final List<Warning> warnings;

  HttpParser(List<Warning> warnings) {
    this.warnings = warnings;
  }

  /** Reads a list of HTTP rules; one without elements is no rule at all. */
  List<L7Rules.HttpRule> list(Located http) throws RejectedException {
    List<L7Rules.HttpRule> rules = new ArrayList<>();
    Set<String> paths = new HashSet<>();
    List<Located> items = http.items();
    if (items.isEmpty()) {
      warnings.add(
          http.warning(
              "an empty list is no HTTP rule, so everything on these ports is allowed; write the"
                  + " requests that you mean, or remove it"));
    }
    for (Located item : items) {
      L7Rules.HttpRule rule = rule(item);
      rules.add(rule);
      if (rule.path() != null) {
        paths.add(rule.path());
      }
    }
    for (Located item : items) {
      Located path = item.get("path");
      if (path != null && literal(path.text()) && paths.contains(path.text() + ".*")) {
        warnings.add(
            path.warning(
                "matches just this path; what begins with it is matched by the rule \""
                    + path.text()
                    + ".*\" of the same list"));
      }
    }
    return List.copyOf(rules);
  }

  private L7Rules.HttpRule rule(Located item) throws RejectedException {
    item.allow(Set.of("method", "path", "host", "headers"), Set.of("headerMatches"));
    List<L7Rules.Header> headers = new ArrayList<>();
    Located listed = item.get("headers");
    if (listed != null) {
      for (Located header : listed.items()) {
        headers.add(header(header));
      }
    }
    String path = pattern(item.get("path"));
    if (path != null) {
      warnPath(item.require("path"), path);
    }
    String host = pattern(item.get("host"));
    if (host != null) {
      warnHost(item.require("host"), host);
    }
    return new L7Rules.HttpRule(
        item.place(), pattern(item.get("method")), path, host, List.copyOf(headers), List.of());
  }

  /** Empty text means that the field is not set, as everywhere in the language. */
  private static @Nullable String pattern(@Nullable Located field) throws RejectedException {
    return field == null || field.text().isEmpty() ? null : Regex.check(field);
  }

  private L7Rules.Header header(Located field) throws RejectedException {
    String text = field.text();
    int space = text.indexOf(' ');
    String name = space < 0 ? text : text.substring(0, space);
    String value = space < 0 ? null : text.substring(space + 1);
    if (space >= 0 && name.endsWith(":")) {
      name = name.substring(0, name.length() - 1);
    }
    if (name.isEmpty() || name.startsWith(":")) {
      throw field.reject(
          "expected \"NAME: VALUE\" or \"NAME\", found \""
              + text
              + "\"; method, path and host have fields of their own");
    }
    if (value != null && value.chars().anyMatch(c -> (c < ' ' && c != '\t') || c == 0x7f)) {
      throw field.reject("a header value has no control characters");
    }
    if (name.indexOf(':') >= 0) {
      warnings.add(
          field.warning(
              "without a space after the colon this asks for a header whose name contains a colon,"
                  + " which no request has; write \"NAME: VALUE\""));
      return new L7Rules.Header(name.toLowerCase(Locale.ROOT), value);
    }
    if (!TOKEN.matcher(name).matches()) {
      throw field.reject(
          "\"" + name + "\" is no header name: expected letters, digits and !#$%&'*+-.^_`|~");
    }
    if (value != null && value.equals(".*")) {
      warnings.add(
          field.warning(
              "header values are literal, but this one is taken to mean that the header must be"
                  + " present with any value; write just \""
                  + name
                  + "\""));
      value = null;
    } else if (value != null && looksLikePattern(value)) {
      warnings.add(
          field.warning(
              "header values are literal: the value must be exactly \""
                  + value
                  + "\", pattern characters included"));
    }
    return new L7Rules.Header(name.toLowerCase(Locale.ROOT), value);
  }

  private static boolean looksLikePattern(String value) {
    return value.contains(".*")
        || value.contains(".+")
        || value.startsWith("^")
        || value.endsWith("$")
        || value.contains("[")
        || value.contains("|");
  }

  private void warnPath(Located field, String path) {
    if (path.startsWith("^") || (path.endsWith("$") && !path.endsWith("\\$"))) {
      warnings.add(
          field.warning("the whole path is always matched; ^ and $ change nothing, remove them"));
    } else if (path.charAt(0) != '/' && PATTERN_CHARACTERS.indexOf(path.charAt(0)) < 0) {
      warnings.add(
          field.warning(
              "matches nothing, because every path begins with /; write \"/" + path + "\""));
    }
  }

  private void warnHost(Located field, String host) {
    for (int i = 0; i + 1 < host.length(); i++) {
      boolean escaped = i > 0 && (host.charAt(i - 1) == '\\' || host.charAt(i - 1) == '[');
      if (host.charAt(i) == '.' && !escaped && Character.isLetterOrDigit(host.charAt(i + 1))) {
        warnings.add(
            field.warning(
                "a dot matches any character, so \""
                    + host
                    + "\" matches other hosts too; write \\. for a dot"));
        return;
      }
    }
  }

  private static boolean literal(String path) {
    return path.chars().noneMatch(c -> PATTERN_CHARACTERS.indexOf(c) >= 0);
  }
}
