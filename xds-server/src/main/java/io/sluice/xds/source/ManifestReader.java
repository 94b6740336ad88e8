package io.sluice.xds.source;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.yaml.snakeyaml.LoaderOptions;

/**
 * Reads the manifests of one file: all of them, or none and why. A document without a kind or a
 * name makes the whole file unreadable, because nobody can tell which object it was meant to be:
 * dropping it alone would delete that object.
 */
final class ManifestReader {
  /** Larger files are not read, in bytes. */
  static final int MAX_FILE_BYTES = 16 << 20;

  private static final int MAX_MANIFESTS = 50_000;

  private static final JsonFactory JSON =
      JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();
  private static final JsonFactory YAML =
      YAMLFactory.builder()
          .loaderOptions(yamlOptions())
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .build();

  private final String file;
  private final List<Manifest> manifests = new ArrayList<>();

  private ManifestReader(String file) {
    this.file = file;
  }

  private static LoaderOptions yamlOptions() {
    LoaderOptions options = new LoaderOptions();
    options.setCodePointLimit(MAX_FILE_BYTES);
    return options;
  }

  /**
   * Reads a file's content.
   *
   * @param file its path, for messages; the ending {@code .json} makes it JSON, any other YAML
   * @throws UnreadableManifestException if any of it can't be read, with the line
   */
  static List<Manifest> read(String file, byte[] content) throws UnreadableManifestException {
    ManifestReader reader = new ManifestReader(file);
    try (JsonParser parser = (file.endsWith(".json") ? JSON : YAML).createParser(content)) {
      FieldReader fields = new FieldReader(parser);
      for (Field document = fields.next(); document != null; document = fields.next()) {
        reader.add(document);
      }
    } catch (JsonProcessingException broken) {
      int line = broken.getLocation() == null ? 0 : broken.getLocation().getLineNr();
      throw new UnreadableManifestException(line, firstLine(broken.getOriginalMessage()));
    } catch (IOException | RuntimeException broken) {
      // The YAML scanner throws its own unchecked exceptions through the parser for some inputs.
      throw new UnreadableManifestException(0, firstLine(String.valueOf(broken.getMessage())));
    }
    return List.copyOf(reader.manifests);
  }

  private static String firstLine(String message) {
    return message.lines().findFirst().orElse("unreadable");
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
    } else {
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
