package io.sluice.app.suite;

import io.sluice.xds.source.Field;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A value of a suite with its key and its line, read strictly: what is not of the expected type, or
 * has a key that no suite has, ends the reading with file, line and key.
 *
 * @param file as it was named
 * @param field the value
 * @param key the path of keys that leads to it; empty for the whole file
 */
record Entry(String file, Field field, String key) {

  SuiteException wrong(String reason) {
    return new SuiteException(file, field.line(), key, reason);
  }

  /** The value of a key, or null if it is absent or written as null. */
  @Nullable Entry get(String name) throws SuiteException {
    Field value = mapping().fields().get(name);
    if (value == null
        || (value instanceof Field.Scalar scalar && scalar.type() == Field.Type.NULL)) {
      return null;
    }
    return new Entry(file, value, key.isEmpty() ? name : key + "." + name);
  }

  /** The value of a key that must be there. */
  Entry require(String name) throws SuiteException {
    Entry value = get(name);
    if (value == null) {
      throw wrong("needs the key " + name);
    }
    return value;
  }

  /** Refuses every key but these. */
  void allow(Set<String> names) throws SuiteException {
    for (Map.Entry<String, Field> entry : mapping().fields().entrySet()) {
      String name = entry.getKey();
      if (!names.contains(name)) {
        String path = key.isEmpty() ? name : key + "." + name;
        throw new Entry(file, entry.getValue(), path)
            .wrong("unknown key; expected one of " + String.join(", ", names));
      }
    }
  }

  boolean isMapping() {
    return field instanceof Field.Mapping;
  }

  private Field.Mapping mapping() throws SuiteException {
    if (field instanceof Field.Mapping mapping) {
      return mapping;
    }
    throw wrong("expected a mapping, found " + field.description());
  }

  /** The keys, in the order of the file. */
  List<String> keys() throws SuiteException {
    return List.copyOf(mapping().fields().keySet());
  }

  /** The elements of a list. */
  List<Entry> items() throws SuiteException {
    if (!(field instanceof Field.Sequence sequence)) {
      throw wrong("expected a list, found " + field.description());
    }
    List<Entry> items = new ArrayList<>(sequence.items().size());
    for (Field item : sequence.items()) {
      items.add(new Entry(file, item, key + "[" + items.size() + "]"));
    }
    return items;
  }

  /** A single value as it is written. */
  String text() throws SuiteException {
    if (field instanceof Field.Scalar scalar && scalar.type() != Field.Type.NULL) {
      return scalar.text();
    }
    throw wrong("expected text, found " + field.description());
  }

  boolean bool() throws SuiteException {
    if (field instanceof Field.Scalar scalar && scalar.type() == Field.Type.BOOLEAN) {
      return Boolean.parseBoolean(scalar.text());
    }
    throw wrong("expected true or false, found " + field.description());
  }

  int number(int most) throws SuiteException {
    if (field instanceof Field.Scalar scalar && scalar.text().matches("0|[1-9][0-9]{0,8}")) {
      int number = Integer.parseInt(scalar.text());
      if (number <= most) {
        return number;
      }
    }
    throw wrong("expected a number from 0 to " + most + ", found " + field.description());
  }

  /** A constant by its name in lower or upper case, as {@code spelled} says. */
  <E extends Enum<E>> E word(Class<E> type, boolean upper) throws SuiteException {
    String text = text();
    List<String> words = new ArrayList<>();
    for (E constant : type.getEnumConstants()) {
      String word = upper ? constant.name() : constant.name().toLowerCase(Locale.ROOT);
      if (word.equals(text)) {
        return constant;
      }
      words.add(word);
    }
    throw wrong("expected one of " + String.join(", ", words) + ", found \"" + text + "\"");
  }

  /** A list of single values; a single value alone is a list of one. */
  List<String> texts() throws SuiteException {
    if (field instanceof Field.Scalar) {
      return List.of(text());
    }
    List<String> texts = new ArrayList<>();
    for (Entry item : items()) {
      texts.add(item.text());
    }
    return List.copyOf(texts);
  }

  /** A mapping of names to lists of single values, in the order of the file. */
  Map<String, List<String>> textsByName() throws SuiteException {
    Map<String, List<String>> named = new LinkedHashMap<>();
    for (String name : keys()) {
      named.put(name, require(name).texts());
    }
    return named;
  }
}
