package io.sluice.xds.crd;

import io.sluice.xds.source.Field;
import io.sluice.xds.source.Manifest;
import io.sluice.xds.world.Policy;
import io.sluice.xds.world.Warning;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A value of an object together with its field path and its line, read strictly: whatever is not of
 * the expected type is a rejection that names the field.
 */
record Located(Manifest manifest, Field field, String path) {

  /** The whole object. */
  static Located object(Manifest manifest) {
    return new Located(manifest, manifest.body(), "");
  }

  /** {@code file:line}. */
  String source() {
    return manifest.at(field);
  }

  Policy.Place place() {
    return new Policy.Place(path, source());
  }

  RejectedException reject(String reason) {
    return new RejectedException(source(), path, reason);
  }

  Warning warning(String reason) {
    String name =
        manifest.namespace().isEmpty()
            ? manifest.name()
            : manifest.namespace() + "/" + manifest.name();
    return new Warning(source(), path, manifest.kind() + " " + name + ": " + reason);
  }

  boolean isNull() {
    return field instanceof Field.Scalar scalar && scalar.type() == Field.Type.NULL;
  }

  /** The value of a key, or null if it is absent or written as null. */
  @Nullable Located get(String key) throws RejectedException {
    Field value = mapping().fields().get(key);
    if (value == null) {
      return null;
    }
    Located located = new Located(manifest, value, path.isEmpty() ? key : path + "." + key);
    return located.isNull() ? null : located;
  }

  /** The value of a key that must be there. */
  Located require(String key) throws RejectedException {
    Located value = get(key);
    if (value == null) {
      throw reject("needs the field " + key);
    }
    return value;
  }

  /**
   * Rejects every key that is not supported.
   *
   * @param supported keys that are understood
   * @param known further keys of the language, rejected as such
   */
  void allow(Set<String> supported, Set<String> known) throws RejectedException {
    for (Map.Entry<String, Field> entry : mapping().fields().entrySet()) {
      String key = entry.getKey();
      if (supported.contains(key)) {
        continue;
      }
      Located value =
          new Located(manifest, entry.getValue(), path.isEmpty() ? key : path + "." + key);
      if (known.contains(key)) {
        throw value.reject(
            "is not supported yet, and the policy would mean something else without it;"
                + " remove it to have the rest enforced");
      }
      List<String> expected = supported.stream().sorted().toList();
      throw value.reject("unknown field; expected one of " + String.join(", ", expected));
    }
  }

  Field.Mapping mapping() throws RejectedException {
    if (field instanceof Field.Mapping mapping) {
      return mapping;
    }
    throw reject("expected a mapping, found " + field.description());
  }

  /** The elements of a list, each with its index in its path. */
  List<Located> items() throws RejectedException {
    if (!(field instanceof Field.Sequence sequence)) {
      throw reject("expected a list, found " + field.description());
    }
    List<Located> items = new ArrayList<>(sequence.items().size());
    for (int i = 0; i < sequence.items().size(); i++) {
      items.add(new Located(manifest, sequence.items().get(i), path + "[" + i + "]"));
    }
    return items;
  }

  String text() throws RejectedException {
    if (field instanceof Field.Scalar scalar && scalar.type() == Field.Type.TEXT) {
      return scalar.text();
    }
    String hint = field instanceof Field.Scalar ? "; put it in quotes" : "";
    throw reject("expected text, found " + field.description() + hint);
  }

  /** A whole number in plain decimal notation. */
  int number(int min, int max) throws RejectedException {
    if (field instanceof Field.Scalar scalar
        && scalar.type() == Field.Type.NUMBER
        && scalar.text().matches("0|[1-9][0-9]{0,8}")) {
      int value = Integer.parseInt(scalar.text());
      if (value >= min && value <= max) {
        return value;
      }
    }
    throw reject("expected a number from " + min + " to " + max + ", found " + field.description());
  }

  boolean bool() throws RejectedException {
    if (field instanceof Field.Scalar scalar && scalar.type() == Field.Type.BOOLEAN) {
      return Boolean.parseBoolean(scalar.text());
    }
    throw reject("expected true or false, found " + field.description());
  }

  /** A mapping of text to text. */
  SortedMap<String, String> texts() throws RejectedException {
    SortedMap<String, String> texts = new TreeMap<>();
    for (String key : mapping().fields().keySet()) {
      Located value = get(key);
      texts.put(key, value == null ? "" : value.text());
    }
    return texts;
  }
}
