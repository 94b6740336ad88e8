package io.sluice.app.suite;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.sluice.app.judge.Layer;
import io.sluice.xds.source.Field;
import java.util.Map;
import java.util.SequencedSet;

/** Reads what a case expects: a word, or a mapping of which every given key must hold. */
final class ExpectationReader {
  private static final SequencedSet<String> KEYS =
      SuiteReader.keys("verdict", "layer", "proxied", "policy", "side", "forwarded");
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private ExpectationReader() {}

  static Expectation read(Entry entry) throws SuiteException {
    JsonNode written = json(entry.field());
    if (!entry.isMapping()) {
      Expectation.Word word = entry.word(Expectation.Word.class, true);
      return new Expectation(written, word, null, null, null, null, Map.of());
    }
    entry.allow(KEYS);
    if (entry.keys().isEmpty()) {
      throw entry.wrong("expected at least one of " + String.join(", ", KEYS));
    }
    Entry verdict = entry.get("verdict");
    Entry layer = entry.get("layer");
    Entry proxied = entry.get("proxied");
    Entry policy = entry.get("policy");
    Entry side = entry.get("side");
    Entry forwarded = entry.get("forwarded");
    Entry headers = null;
    if (forwarded != null) {
      forwarded.allow(SuiteReader.keys("headers"));
      headers = forwarded.require("headers");
    }
    return new Expectation(
        written,
        verdict == null ? null : verdict.word(Expectation.Word.class, true),
        layer == null ? null : layer.word(Layer.class, true),
        proxied == null ? null : proxied.bool(),
        policy == null ? null : policy.text(),
        side == null ? null : side.word(Expectation.End.class, false),
        headers == null ? Map.of() : headers.textsByName());
  }

  /** A value as JSON, for reports that show what was expected. */
  private static JsonNode json(Field field) {
    return switch (field) {
      case Field.Mapping mapping -> {
        var object = JSON.objectNode();
        mapping.fields().forEach((key, value) -> object.set(key, json(value)));
        yield object;
      }
      case Field.Sequence sequence -> {
        var array = JSON.arrayNode();
        sequence.items().forEach(item -> array.add(json(item)));
        yield array;
      }
      case Field.Scalar scalar ->
          scalar.type() == Field.Type.BOOLEAN
              ? JSON.booleanNode(Boolean.parseBoolean(scalar.text()))
              : JSON.textNode(scalar.text());
    };
  }
}
