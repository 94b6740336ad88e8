package io.sluice.xds.source;

import java.util.ArrayList;
import java.util.List;

/**
 * Reads the manifests of one file: all of them, or none and why. A document without a kind or a
 * name makes the whole file unreadable, because nobody can tell which object it was meant to be:
 * dropping it alone would delete that object.
 */
final class ManifestReader {
  private static final int MAX_MANIFESTS = 50_000;

  /** Tests of policies may lie beside them; they are no objects of the world and have no name. */
  private static final String POLICY_TEST = "PolicyTest";

  private final String file;
  private final List<Manifest> manifests = new ArrayList<>();

  private ManifestReader(String file) {
    this.file = file;
  }

  /**
   * Reads a file's content.
   *
   * @param file its path, for messages; the ending {@code .json} makes it JSON, any other YAML
   * @throws UnreadableManifestException if any of it can't be read, with the line
   */
  static List<Manifest> read(String file, byte[] content) throws UnreadableManifestException {
    return of(file, Documents.read(file, content));
  }

  /** Takes the documents of a file as manifests. */
  static List<Manifest> of(String file, List<Field> documents) throws UnreadableManifestException {
    ManifestReader reader = new ManifestReader(file);
    for (Field document : documents) {
      reader.add(document);
    }
    return List.copyOf(reader.manifests);
  }

  private void add(Field document) throws UnreadableManifestException {
    if (document instanceof Field.Scalar scalar && scalar.type() == Field.Type.NULL) {
      return; // the nothing between two document marks
    }
    if (!(document instanceof Field.Mapping body)) {
      throw new UnreadableManifestException(
          document.line(), "expected a Kubernetes object, found " + document.description());
    }
    String kind = text(body, "kind", "");
    if (kind.isEmpty()) {
      throw new UnreadableManifestException(body.line(), "the object has no kind");
    }
    if (kind.equals("List")) {
      addItems(body);
    } else if (!kind.equals(POLICY_TEST)) {
      addObject(body, kind);
    }
  }

  private void addItems(Field.Mapping list) throws UnreadableManifestException {
    Field items = list.fields().get("items");
    if (!(items instanceof Field.Sequence sequence)) {
      throw new UnreadableManifestException(list.line(), "kind List without a list of items");
    }
    for (Field item : sequence.items()) {
      add(item);
    }
  }

  private void addObject(Field.Mapping body, String kind) throws UnreadableManifestException {
    if (manifests.size() == MAX_MANIFESTS) {
      throw new UnreadableManifestException(
          body.line(), "more than " + MAX_MANIFESTS + " objects in one file: split it");
    }
    if (!(body.fields().get("metadata") instanceof Field.Mapping metadata)) {
      throw new UnreadableManifestException(body.line(), kind + " without metadata");
    }
    String name = text(metadata, "name", "metadata.");
    if (name.isEmpty()) {
      throw new UnreadableManifestException(metadata.line(), kind + " without metadata.name");
    }
    manifests.add(
        new Manifest(
            file,
            text(body, "apiVersion", ""),
            kind,
            text(metadata, "namespace", "metadata."),
            name,
            body));
  }

  private static String text(Field.Mapping mapping, String key, String prefix)
      throws UnreadableManifestException {
    Field field = mapping.fields().get(key);
    if (field == null) {
      return "";
    }
    if (field instanceof Field.Scalar scalar) {
      if (scalar.type() == Field.Type.TEXT) {
        return scalar.text();
      }
      if (scalar.type() == Field.Type.NULL) {
        return "";
      }
    }
    throw new UnreadableManifestException(
        field.line(), prefix + key + ": expected text in quotes, found " + field.description());
  }
}
