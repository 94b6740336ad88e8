package io.sluice.xds.world;

import java.util.List;

/**
 * One condition of a selector.
 *
 * @param source {@code any} holds for every source
 * @param key the label's key; never split at dots
 * @param operator how values are compared
 * @param values sorted; empty for {@code EXISTS} and {@code DOES_NOT_EXIST}
 */
public record Requirement(String source, String key, Operator operator, List<String> values)
    implements Comparable<Requirement> {
  /** The source that stands for every source. */
  public static final String ANY_SOURCE = "any";

  /** The operators of the language; there are no others. */
  public enum Operator {
    /** Present, with one of the values. */
    IN,
    /** Absent, or present with none of the values. */
    NOT_IN,
    /** Present. */
    EXISTS,
    /** Absent. */
    DOES_NOT_EXIST
  }

  /** Requires that a label is present. */
  public static Requirement exists(String source, String key) {
    return new Requirement(source, key, Operator.EXISTS, List.of());
  }

  /** Requires a label with one value. */
  public static Requirement equal(String source, String key, String value) {
    return new Requirement(source, key, Operator.IN, List.of(value));
  }

  /** Whether the key is one that a label source may write differently, such as a namespace's. */
  public boolean names(String wantedKey) {
    return key.equals(wantedKey) && (source.equals(ANY_SOURCE) || source.equals(Label.KUBERNETES));
  }

  /** Whether the labels satisfy the condition. */
  public boolean matches(Labels labels) {
    boolean present = false;
    boolean listed = false;
    for (Label label : labels.sorted()) {
      if (label.key().equals(key) && (source.equals(ANY_SOURCE) || label.source().equals(source))) {
        present = true;
        // The value of a reserved label says nothing and is not compared.
        listed |= label.source().equals(Label.RESERVED) || values.contains(label.value());
      }
    }
    return switch (operator) {
      case IN -> listed;
      case NOT_IN -> !listed;
      case EXISTS -> present;
      case DOES_NOT_EXIST -> !present;
    };
  }

  @Override
  public int compareTo(Requirement other) {
    return toString().compareTo(other.toString());
  }

  @Override
  public String toString() {
    String label = source.equals(ANY_SOURCE) ? key : source + ":" + key;
    return switch (operator) {
      case IN -> label + " in " + values;
      case NOT_IN -> label + " not in " + values;
      case EXISTS -> label;
      case DOES_NOT_EXIST -> "!" + label;
    };
  }
}
