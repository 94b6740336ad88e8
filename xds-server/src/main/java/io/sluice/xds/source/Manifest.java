package io.sluice.xds.source;

/**
 * One object as its author wrote it: it has a kind and a name, nothing else has been checked.
 *
 * @param file where it was read, relative to the source's root
 * @param apiVersion such as {@code cilium.io/v2}; empty if absent
 * @param kind never empty
 * @param namespace empty if absent
 * @param name never empty
 * @param body the whole object
 */
public record Manifest(
    String file,
    String apiVersion,
    String kind,
    String namespace,
    String name,
    Field.Mapping body) {

  /** Returns {@code file:line} of a field of this object. */
  public String at(Field field) {
    return file + ":" + field.line();
  }

  /** Returns {@code file:line} of the object's beginning. */
  public String source() {
    return at(body);
  }
}
