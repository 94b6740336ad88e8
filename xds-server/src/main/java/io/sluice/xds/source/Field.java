package io.sluice.xds.source;

import java.util.List;
import java.util.Map;

/**
 * One value of a manifest, immutable, with the line it was written on: the line of its key inside a
 * mapping, else the line where it begins.
 */
public sealed interface Field {

  /** The line, counted from 1. */
  int line();

  /** What the value is, in the words of an error message. */
  String description();

  /**
   * Named values.
   *
   * @param fields in the order of the file
   */
  record Mapping(int line, Map<String, Field> fields) implements Field {
    @Override
    public String description() {
      return "a mapping";
    }
  }

  /** A list of values. */
  record Sequence(int line, List<Field> items) implements Field {
    @Override
    public String description() {
      return "a list";
    }
  }

  /**
   * A single value.
   *
   * @param type what the notation says it is: quoted digits are text
   * @param text as written, without quotes; a boolean as {@code true} or {@code false}
   */
  record Scalar(int line, Type type, String text) implements Field {
    @Override
    public String description() {
      return switch (type) {
        case TEXT -> "the text \"" + text + "\"";
        case NUMBER -> "the number " + text;
        case BOOLEAN -> "the boolean " + text;
        case NULL -> "null";
      };
    }
  }

  /** The types of single values. */
  enum Type {
    TEXT,
    NUMBER,
    BOOLEAN,
    NULL
  }
}
