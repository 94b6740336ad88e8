package io.sluice.xds.crd.read;

import io.sluice.xds.crd.read.Finding.Level;
import io.sluice.xds.source.Field;
import io.sluice.xds.source.Manifest;
import io.sluice.xds.world.Policy;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A value of an object together with its field path and its line, read strictly: whatever is not of
 * the expected type is a rejection that names the field.
 *
 * <p>Elements of lists and optional fields are read by {@link #each} and {@link #read}, which note
 * a rejection and go on, so that one reading finds all that is wrong.
 *
 * @param manifest the object
 * @param field the value
 * @param path its field path; empty for the whole object
 * @param findings of the object
 */
public record Located(Manifest manifest, Field field, String path, Findings findings) {

  /** Makes something of a value. */
  @FunctionalInterface
  public interface Reader<T> {
    /** Reads it, or says why that can't be done. */
    T read(Located value) throws RejectedException;
  }

  /** The whole object. */
  public static Located object(Manifest manifest, Findings findings) {
    return new Located(manifest, manifest.body(), "", findings);
  }

  /** Where it stands. */
  public Policy.Place place() {
    return new Policy.Place(path, manifest.at(field));
  }

  /** Makes the exception that rejects the object because of this value. */
  public RejectedException reject(String reason) {
    return new RejectedException(finding(Level.ERROR, reason));
  }

  /** Notes that the object is to be rejected because of this value; reading goes on. */
  public void error(String reason) {
    findings.add(finding(Level.ERROR, reason));
  }

  /** Notes that this value is probably not what was meant. */
  public void warn(String reason) {
    findings.add(finding(Level.WARN, reason));
  }

  private Finding finding(Level level, String reason) {
    return new Finding(level, manifest.file(), field.line(), path, reason);
  }

  private boolean isNull() {
    return field instanceof Field.Scalar scalar && scalar.type() == Field.Type.NULL;
  }

  /** The value of a key, or null if it is absent or written as null. */
  public @Nullable Located get(String key) throws RejectedException {
    Field value = mapping().fields().get(key);
    if (value == null) {
      return null;
    }
    Located located = below(key, value);
    return located.isNull() ? null : located;
  }

  /** The value of a key that must be there. */
  public Located require(String key) throws RejectedException {
    Located value = get(key);
    if (value == null) {
      throw reject("needs the field " + key);
    }
    return value;
  }

  /** What a reader makes of a key's value; null if it is absent, or rejected, which is noted. */
  public <T> @Nullable T read(String key, Reader<T> reader) throws RejectedException {
    Located value = get(key);
    if (value == null) {
      return null;
    }
    try {
      return reader.read(value);
    } catch (RejectedException rejected) {
      findings.add(rejected.finding());
      return null;
    }
  }

  /** What a reader makes of the elements of this list, without those that it rejected. */
  public <T> List<T> each(Reader<T> reader) throws RejectedException {
    List<T> all = new ArrayList<>();
    for (Located item : items()) {
      try {
        all.add(reader.read(item));
      } catch (RejectedException rejected) {
        findings.add(rejected.finding());
      }
    }
    return List.copyOf(all);
  }

  /** The same for the list at a key; empty if that is absent or no list, which is noted. */
  public <T> List<T> each(String key, Reader<T> reader) throws RejectedException {
    List<T> all = read(key, list -> list.each(reader));
    return all == null ? List.of() : all;
  }

  /** Notes an error for each key that is not among the known ones, and a warning for each null. */
  public void allow(Set<String> known) throws RejectedException {
    rejectUnknown(known);
    for (Located value : entries().values()) {
      if (value.isNull()) {
        value.warn(
            "has no value, so it counts as absent; write one ([] for an empty list) or remove it,"
                + " because an API server may not accept it");
      }
    }
  }

  /** Notes an error for each key that is not among the known ones. */
  public void rejectUnknown(Set<String> known) throws RejectedException {
    for (Map.Entry<String, Located> entry : entries().entrySet()) {
      if (!known.contains(entry.getKey())) {
        entry
            .getValue()
            .error(
                "unknown field; expected one of "
                    + String.join(", ", known.stream().sorted().toList()));
      }
    }
  }

  /** The value as a mapping. */
  public Field.Mapping mapping() throws RejectedException {
    if (field instanceof Field.Mapping mapping) {
      return mapping;
    }
    throw reject("expected a mapping, found " + field.description());
  }

  /** The values of a mapping by their keys, in the order of the file; null ones too. */
  public Map<String, Located> entries() throws RejectedException {
    Map<String, Located> entries = new LinkedHashMap<>();
    mapping().fields().forEach((key, value) -> entries.put(key, below(key, value)));
    return entries;
  }

  /** The elements of a list, each with its index in its path. */
  public List<Located> items() throws RejectedException {
    if (!(field instanceof Field.Sequence sequence)) {
      throw reject("expected a list, found " + field.description());
    }
    List<Located> items = new ArrayList<>(sequence.items().size());
    for (int i = 0; i < sequence.items().size(); i++) {
      items.add(new Located(manifest, sequence.items().get(i), path + "[" + i + "]", findings));
    }
    return items;
  }

  /** The elements of a list that may have only so many. */
  public List<Located> items(int max) throws RejectedException {
    List<Located> items = items();
    if (items.size() > max) {
      throw reject(
          "at most " + max + " elements are allowed, found " + items.size() + "; split it");
    }
    return items;
  }

  /** A text. */
  public String text() throws RejectedException {
    if (field instanceof Field.Scalar scalar && scalar.type() == Field.Type.TEXT) {
      return scalar.text();
    }
    boolean quotable = field instanceof Field.Scalar && !isNull();
    throw reject(
        "expected text, found " + field.description() + (quotable ? "; put it in quotes" : ""));
  }

  /** The text of a key; empty if it is absent. */
  public String text(String key) throws RejectedException {
    Located value = get(key);
    return value == null ? "" : value.text();
  }

  /** Whether it is a number, however written. */
  public boolean isNumber() {
    return field instanceof Field.Scalar scalar && scalar.type() == Field.Type.NUMBER;
  }

  /** A whole number in plain decimal notation. */
  public int number(int min, int max) throws RejectedException {
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

  /** A boolean. */
  public boolean bool() throws RejectedException {
    if (field instanceof Field.Scalar scalar && scalar.type() == Field.Type.BOOLEAN) {
      return Boolean.parseBoolean(scalar.text());
    }
    throw reject("expected true or false, found " + field.description());
  }

  /** A mapping of text to text; null stands for the empty text. */
  public SortedMap<String, String> texts() throws RejectedException {
    SortedMap<String, String> texts = new TreeMap<>();
    for (Map.Entry<String, Located> entry : entries().entrySet()) {
      texts.put(entry.getKey(), entry.getValue().isNull() ? "" : entry.getValue().text());
    }
    return texts;
  }

  private Located below(String key, Field value) {
    return new Located(manifest, value, path.isEmpty() ? key : path + "." + key, findings);
  }
}
