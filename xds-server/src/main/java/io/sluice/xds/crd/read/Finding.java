package io.sluice.xds.crd.read;

/**
 * Something that is wrong or odd about an object.
 *
 * @param level whether the object is in force all the same
 * @param file where the object was read
 * @param line counted from 1
 * @param field the field's path; empty if the whole object is meant
 * @param reason what was found, what was expected, what to do; it does not name the object
 */
public record Finding(Level level, String file, int line, String field, String reason) {

  /** How bad it is. */
  public enum Level {
    /** In force, but probably not what was meant. */
    WARN,
    /** The object is not accepted. */
    ERROR
  }

  /** Returns {@code file:line}. */
  public String source() {
    return file + ":" + line;
  }
}
