package io.sluice.xds.source;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Turns the tokens of one YAML or JSON text into {@link Field}s, in bounded space: an alias counts
 * as many fields as it stands for, so a few bytes can't become millions of them.
 */
final class FieldReader {
  private static final int MAX_DEPTH = 64;
  private static final int MAX_FIELDS = 1_000_000;

  private final JsonParser parser;
  private final Map<String, Anchored> anchors = new HashMap<>();
  private int fields;

  /** A value that an alias may repeat, and how many fields it holds. */
  private record Anchored(Field field, int size) {}

  FieldReader(JsonParser parser) {
    this.parser = parser;
  }

  /** Reads the next document, or returns null at the end of the text. */
  @Nullable Field next() throws IOException, UnreadableManifestException {
    anchors.clear();
    JsonToken token = parser.nextToken();
    return token == null ? null : value(token, line(), 0);
  }

  private Field value(JsonToken token, int line, int depth)
      throws IOException, UnreadableManifestException {
    if (depth > MAX_DEPTH) {
      throw new UnreadableManifestException(line(), "nested deeper than " + MAX_DEPTH + " levels");
    }
    String anchor = null;
    if (parser instanceof YAMLParser yaml) {
      if (yaml.isCurrentAlias()) {
        return alias(yaml.getText(), line);
      }
      anchor = yaml.getObjectId();
    }
    int before = fields;
    count(1);
    Field field =
        switch (token) {
          case START_OBJECT -> mapping(line, depth);
          case START_ARRAY -> sequence(line, depth);
          case VALUE_STRING ->
              nothingWritten()
                  ? new Field.Scalar(line, Field.Type.NULL, "null")
                  : scalar(line, Field.Type.TEXT);
          case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> scalar(line, Field.Type.NUMBER);
          case VALUE_TRUE -> new Field.Scalar(line, Field.Type.BOOLEAN, "true");
          case VALUE_FALSE -> new Field.Scalar(line, Field.Type.BOOLEAN, "false");
          case VALUE_NULL -> scalar(line, Field.Type.NULL);
          default ->
              throw new UnreadableManifestException(
                  line(), "a value of a type that manifests do not have (a YAML tag?)");
        };
    if (anchor != null) {
      anchors.put(anchor, new Anchored(field, fields - before));
    }
    return field;
  }

  private Field alias(String name, int line) throws UnreadableManifestException {
    Anchored anchored = anchors.get(name);
    if (anchored == null) {
      throw new UnreadableManifestException(
          line, "alias *" + name + " has no anchor &" + name + " before it in this document");
    }
    count(anchored.size);
    return anchored.field;
  }

  private void count(int more) throws UnreadableManifestException {
    fields += more;
    if (fields > MAX_FIELDS) {
      throw new UnreadableManifestException(
          line(), "more than " + MAX_FIELDS + " values (aliases expanded); split the file");
    }
  }

  private Field mapping(int line, int depth) throws IOException, UnreadableManifestException {
    Map<String, Field> values = new LinkedHashMap<>();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String key = parser.currentName();
      int keyLine = line();
      if (key.equals("<<") && parser instanceof YAMLParser) {
        throw new UnreadableManifestException(
            keyLine, "YAML merge keys (<<) are not supported: write the fields out");
      }
      values.put(key, value(parser.nextToken(), keyLine, depth + 1));
    }
    return new Field.Mapping(line, Collections.unmodifiableMap(values));
  }

  private Field sequence(int line, int depth) throws IOException, UnreadableManifestException {
    List<Field> items = new ArrayList<>();
    for (JsonToken token = parser.nextToken();
        token != JsonToken.END_ARRAY;
        token = parser.nextToken()) {
      items.add(value(token, line(), depth + 1));
    }
    return new Field.Sequence(line, List.copyOf(items));
  }

  private Field scalar(int line, Field.Type type) throws IOException {
    return new Field.Scalar(line, type, parser.getText());
  }

  /** Whether a value was left out altogether, which is null, not the text without characters. */
  private boolean nothingWritten() {
    return parser.currentTokenLocation().getCharOffset() == parser.currentLocation().getCharOffset()
        && parser instanceof YAMLParser;
  }

  private int line() {
    return parser.currentTokenLocation().getLineNr();
  }
}
