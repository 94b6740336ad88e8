package io.sluice.app.random;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Makes the maps and lists that manifests are; all of them may be changed later. */
final class Tree {
  private Tree() {}

  /** A map of the given keys and values, in their order. */
  static Map<String, Object> map(Object... keysAndValues) {
    Map<String, Object> map = new LinkedHashMap<>();
    for (int i = 0; i < keysAndValues.length; i += 2) {
      map.put((String) keysAndValues[i], keysAndValues[i + 1]);
    }
    return map;
  }

  static List<Object> list(Object... elements) {
    return new ArrayList<>(List.of(elements));
  }
}
