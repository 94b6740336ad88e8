package io.sluice.app.naive;

import com.google.re2j.Pattern;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** HTTP rules against one request. */
final class Http {
  private final Set<Difference> asCilium;
  private final Map<String, Object> request;
  private final @Nullable String path;

  Http(Map<String, Object> request, Set<Difference> asCilium) {
    this.asCilium = asCilium;
    this.request = request;
    String sent = Yaml.text(request, "path");
    this.path = asCilium.contains(Difference.PATH_CANONICAL) ? sent : canonical(sent);
  }

  /** Whether the path has no reading that is safe; then no rule is asked. */
  boolean refused() {
    return path == null;
  }

  boolean matches(Object rule) {
    return acts(rule) && Yaml.list(rule, "headerMatches").stream().allMatch(this::headerMatch);
  }

  /** Whether it changes headers: all that is no such change and needs no secret matches. */
  boolean acts(Object rule) {
    return field(rule, "method", Yaml.text(request, "method"))
        && field(rule, "path", String.valueOf(path))
        && field(rule, "host", host())
        && Yaml.list(rule, "headers").stream().allMatch(each -> header(String.valueOf(each)))
        && Yaml.list(rule, "headerMatches").stream()
            .filter(match -> Yaml.text(match, "mismatch").isEmpty())
            .filter(match -> Yaml.at(match, "secret") == null)
            .allMatch(this::headerMatch);
  }

  private static boolean field(Object rule, String name, String value) {
    String pattern = Yaml.text(rule, name);
    return pattern.isEmpty() || Pattern.matches(pattern, value);
  }

  private String host() {
    String host = Yaml.text(request, "host");
    if (asCilium.contains(Difference.HOST_CANONICAL)) {
      return host;
    }
    String canonical = host.toLowerCase(Locale.ROOT);
    canonical =
        canonical.endsWith(":80") ? canonical.substring(0, canonical.length() - 3) : canonical;
    return canonical.endsWith(".") ? canonical.substring(0, canonical.length() - 1) : canonical;
  }

  /** {@code NAME}, {@code NAME: VALUE} or {@code NAME VALUE}, divided at the first space. */
  private boolean header(String text) {
    int space = text.indexOf(' ');
    if (space < 0) {
      return !values(text).isEmpty();
    }
    String name = text.substring(0, space);
    name = name.endsWith(":") ? name.substring(0, name.length() - 1) : name;
    String value = text.substring(space + 1);
    if (value.equals(".*") && !asCilium.contains(Difference.HEADER_PRESENCE)) {
      return !values(name).isEmpty();
    }
    return holds(values(name), value);
  }

  private boolean headerMatch(Object match) {
    if (Yaml.at(match, "secret") != null && Yaml.text(match, "value").isEmpty()) {
      // No secret exists here.
      return asCilium.contains(Difference.SECRET_MISSING)
          && !Yaml.text(match, "mismatch").isEmpty();
    }
    List<String> values = values(Yaml.text(match, "name"));
    String value = Yaml.text(match, "value");
    boolean holds = value.isEmpty() ? !values.isEmpty() : holds(values, value);
    return holds || !Yaml.text(match, "mismatch").isEmpty();
  }

  private static boolean holds(List<String> values, String wanted) {
    return !values.isEmpty() && values.stream().allMatch(wanted::equals);
  }

  private List<String> values(String name) {
    List<String> values = new ArrayList<>();
    Yaml.map(request, "headers")
        .forEach(
            (key, all) -> {
              if (key.equalsIgnoreCase(name)) {
                ((List<?>) all).forEach(value -> values.add(String.valueOf(value)));
              }
            });
    return asCilium.contains(Difference.HEADER_EVERY_VALUE) && values.size() > 1
        ? List.of(String.join(",", values))
        : values;
  }

  /** The one safe reading of a path, or null if there is none or more than one. */
  private static @Nullable String canonical(String sent) {
    int query = sent.indexOf('?');
    String path = query < 0 ? sent : sent.substring(0, query);
    if (!path.startsWith("/") || path.contains("\\")) {
      return null;
    }
    StringBuilder decoded = new StringBuilder();
    for (int i = 0; i < path.length(); i++) {
      char c = path.charAt(i);
      if (c != '%') {
        decoded.append(c);
        continue;
      }
      String escape = path.substring(i, Math.min(i + 3, path.length()));
      if (!escape.matches("%[0-9a-fA-F]{2}") || escape.matches("(?i)%(2f|5c|00)")) {
        return null;
      }
      String letter = Character.toString((char) Integer.parseInt(escape.substring(1), 16));
      decoded.append(letter.matches("[-A-Za-z0-9._~]") ? letter : escape);
      i += 2;
    }
    List<String> segments = new ArrayList<>();
    String[] parts = decoded.substring(1).split("/", -1);
    for (int i = 0; i < parts.length; i++) {
      boolean last = i == parts.length - 1;
      if (parts[i].equals("..")) {
        if (segments.isEmpty()) {
          return null;
        }
        segments.removeLast();
      } else if (!parts[i].isEmpty() && !parts[i].equals(".")) {
        segments.add(parts[i]);
        continue;
      }
      if (last) {
        segments.add("");
      }
    }
    return "/" + String.join("/", segments) + (query < 0 ? "" : sent.substring(query));
  }
}
