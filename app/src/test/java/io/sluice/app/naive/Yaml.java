package io.sluice.app.naive;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads the maps and lists that manifests are; what is absent reads as empty. */
final class Yaml {
  private Yaml() {}

  @SuppressWarnings("unchecked") // a manifest's maps have texts as keys
  static Map<String, Object> map(@Nullable Object tree, String... path) {
    Object at = at(tree, path);
    return at == null ? Map.of() : (Map<String, Object>) at;
  }

  @SuppressWarnings("unchecked") // a manifest's lists hold trees
  static List<Object> list(@Nullable Object tree, String... path) {
    Object at = at(tree, path);
    return at == null ? List.of() : (List<Object>) at;
  }

  /** The text at the path, or "" if there is none. */
  static String text(@Nullable Object tree, String... path) {
    Object at = at(tree, path);
    return at == null ? "" : String.valueOf(at);
  }

  static @Nullable Object at(@Nullable Object tree, String... path) {
    Object at = tree;
    for (String key : path) {
      at = at instanceof Map<?, ?> map ? map.get(key) : null;
    }
    return at;
  }
}
