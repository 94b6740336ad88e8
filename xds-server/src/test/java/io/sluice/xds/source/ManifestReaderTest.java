package io.sluice.xds.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which texts are manifests, where their fields stand, and what makes a file unreadable. */
class ManifestReaderTest {

  private static List<Manifest> read(String file, String text) throws Exception {
    return ManifestReader.read(file, text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void severalDocumentsAndLists() throws Exception {
    String yaml =
        """
        # only a comment
        ---
        {apiVersion: v1, kind: Pod, metadata: {name: a, namespace: n}}
        ---
        ---
        apiVersion: v1
        kind: List
        items:
          - {apiVersion: v1, kind: Node, metadata: {name: b}}
          - kind: List
            items: [{kind: Service, metadata: {name: c}}]
        ...
        """;
    assertThat(read("w.yaml", yaml))
        .extracting(m -> m.source() + " " + m.kind() + " " + m.namespace() + "/" + m.name())
        .containsExactly("w.yaml:3 Pod n/a", "w.yaml:9 Node /b", "w.yaml:11 Service /c");
  }

  @Test
  void everyFieldKnowsItsLine() throws Exception {
    String yaml =
        "kind: A\nmetadata:\n  name: x\nspec:\n  list:\n    - a: 1\n    - b:\n        - c\n";
    Field.Mapping spec =
        (Field.Mapping) read("w.yaml", yaml).getFirst().body().fields().get("spec");
    assertThat(spec.line()).isEqualTo(4);
    Field.Sequence list = (Field.Sequence) spec.fields().get("list");
    assertThat(list.line()).isEqualTo(5);
    assertThat(list.items()).extracting(Field::line).containsExactly(6, 7);
    Field.Sequence inner = (Field.Sequence) ((Field.Mapping) list.items().get(1)).fields().get("b");
    assertThat(inner.items().getFirst()).isEqualTo(new Field.Scalar(8, Field.Type.TEXT, "c"));
  }

  @Test
  void theNotationSaysTheType() throws Exception {
    String yaml =
        "kind: A\nmetadata: {name: x}\nv: [80, '80', true, 'true', null, ~, yes, 1.5, '']";
    Field.Sequence values =
        (Field.Sequence) read("w.yaml", yaml).getFirst().body().fields().get("v");
    assertThat(values.items())
        .extracting(Field::description)
        .containsExactly(
            "the number 80",
            "the text \"80\"",
            "the boolean true",
            "the text \"true\"",
            "null",
            "null",
            "the boolean true",
            "the number 1.5",
            "the text \"\"");
  }

  @Test
  void aValueThatIsLeftOutIsNull() throws Exception {
    String yaml = "kind: A\nmetadata: {name: x}\na:\nb: [~, '']\n";
    Field.Mapping body = read("w.yaml", yaml).getFirst().body();
    assertThat(body.fields().get("a")).isEqualTo(new Field.Scalar(3, Field.Type.NULL, "null"));
    assertThat(((Field.Sequence) body.fields().get("b")).items())
        .extracting(Field::description)
        .containsExactly("null", "the text \"\"");
    Manifest json =
        read("w.json", "{\"kind\":\"A\",\"metadata\":{\"name\":\"x\",\"b\":\"\"}}").getFirst();
    Field.Mapping metadata = (Field.Mapping) json.body().fields().get("metadata");
    assertThat(metadata.fields().get("b").description()).isEqualTo("the text \"\"");
  }

  @Test
  void jsonIsReadAsJson() throws Exception {
    assertThat(read("w.json", "{\"kind\":\"Pod\",\n\t\"metadata\":{\"name\":\"\\u0061\"}}"))
        .singleElement()
        .extracting(Manifest::name)
        .isEqualTo("a");
    assertThatThrownBy(() -> read("w.json", "kind: Pod"))
        .isInstanceOf(UnreadableManifestException.class);
  }

  @Test
  void aliasesStandForWhatTheyRepeat() throws Exception {
    String yaml = "kind: A\nmetadata: {name: x}\na: &a {b: 1}\nc: *a\n";
    Field.Mapping body = read("w.yaml", yaml).getFirst().body();
    assertThat(body.fields().get("c")).isEqualTo(body.fields().get("a"));
  }

  @Test
  void aFewAliasesCannotBecomeMillionsOfValues() {
    StringBuilder bomb =
        new StringBuilder("kind: A\nmetadata: {name: x}\na0: &a0 [1,1,1,1,1,1,1,1]\n");
    for (int i = 1; i < 12; i++) {
      String last = "*a" + (i - 1);
      bomb.append(
          "a%d: &a%d [%s]%n"
              .formatted(
                  i,
                  i,
                  String.join(", ", List.of(last, last, last, last, last, last, last, last))));
    }
    assertThatThrownBy(() -> read("w.yaml", bomb.toString()))
        .isInstanceOf(UnreadableManifestException.class)
        .hasMessageContaining("more than 1000000 values");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "a: [ | 1 | ",
        "kind: A | 1 | A without metadata",
        "kind: A\\nmetadata: {} | 2 | A without metadata.name",
        "metadata: {name: x} | 1 | the object has no kind",
        "kind: A\\nmetadata: {name: 1} | 2 | metadata.name: expected text in quotes",
        "- a | 1 | expected a Kubernetes object, found a list",
        "just text | 1 | expected a Kubernetes object, found the text \"just text\"",
        "kind: List | 1 | kind List without a list of items",
        "kind: A\\nkind: B | 2 | Duplicate field 'kind'",
        "kind: A\\nb: *nowhere | 2 | alias *nowhere has no anchor",
        "kind: A\\na: &a {b: 1}\\nc: {<<: *a} | 3 | merge keys (<<) are not supported",
        "kind: A\\na: &a [*a] | 2 | alias *a has no anchor",
        "kind: A\\n b: c | 2 | mapping values are not allowed",
        "kind: !!binary aGk= | 1 | a YAML tag",
        "kind: A\\nmetadata: {name: x}\\n---\\n: : : | 4 | ",
      })
  void unreadableFiles(String text, int line, String reason) {
    assertThatThrownBy(() -> read("w.yaml", text.replace("\\n", "\n")))
        .isInstanceOfSatisfying(
            UnreadableManifestException.class, broken -> assertThat(broken.line()).isEqualTo(line))
        .hasMessageContaining(reason == null ? "" : reason);
  }

  @ParameterizedTest
  @CsvSource({"w.yaml", "w.json"})
  void depthIsBounded(String file) {
    String deep = "{\"kind\":\"A\",\"metadata\":{\"name\":\"x\"},\"a\":" + "[".repeat(100_000);
    assertThatThrownBy(() -> read(file, deep))
        .isInstanceOf(UnreadableManifestException.class)
        .hasMessageContaining("deeper than 64");
  }
}
