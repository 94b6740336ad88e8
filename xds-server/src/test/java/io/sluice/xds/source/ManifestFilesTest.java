package io.sluice.xds.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which files below which paths are read, and how they are named. */
class ManifestFilesTest {
  @TempDir private Path folder;

  @BeforeEach
  void files() throws Exception {
    Files.createDirectories(folder.resolve("world/pods"));
    write("world/nodes.yaml", "{kind: Node, metadata: {name: n1}}");
    write("world/pods/a.yaml", "---\n{kind: Pod, metadata: {name: a, namespace: n}}");
    write("world/notes.txt", "nothing");
    write("policy.yaml", "{kind: CiliumNetworkPolicy, metadata: {name: p}}");
  }

  @Test
  void foldersAndFilesInTheirOrder() throws Exception {
    Manifests read =
        ManifestFiles.read(List.of(folder.resolve("policy.yaml"), folder.resolve("world")));
    assertThat(read.unreadable()).isEmpty();
    assertThat(read.manifests())
        .extracting(manifest -> manifest.name() + " " + manifest.source())
        .containsExactly(
            "p " + folder.resolve("policy.yaml") + ":1",
            "n1 " + folder.resolve("world/nodes.yaml") + ":1",
            "a " + folder.resolve("world/pods/a.yaml") + ":2");
  }

  @Test
  void whatCanNotBeReadIsNamed() throws Exception {
    write("world/broken.yaml", "kind: Pod\nmetadata: {name: x");
    write("world/huge.yaml", "#".repeat(Documents.MAX_FILE_BYTES + 1));
    Manifests read = ManifestFiles.read(List.of(folder.resolve("world")));
    assertThat(read.manifests()).hasSize(2);
    assertThat(read.unreadable())
        .extracting(Manifests.Unreadable::source)
        .containsExactly(
            folder.resolve("world/broken.yaml") + ":2", folder.resolve("world/huge.yaml") + "");
  }

  @Test
  void aPathMustExist() {
    assertThatThrownBy(() -> ManifestFiles.read(List.of(folder.resolve("absent"))))
        .isInstanceOf(NoSuchFileException.class)
        .hasMessage(folder.resolve("absent").toString());
  }

  @Test
  void testsOfPoliciesAreNoObjectsOfTheWorld() throws Exception {
    write("world/suite.yaml", "{apiVersion: sluice.io/v1alpha1, kind: PolicyTest, cases: []}");
    Manifests read = ManifestFiles.read(List.of(folder.resolve("world")));
    assertThat(read.manifests()).hasSize(2);
    assertThat(read.unreadable()).isEmpty();
  }

  @Test
  void aValueInsideAnotherFileKeepsItsLine() throws Exception {
    write("suite.yaml", "kind: PolicyTest\npolicies:\n  - {kind: A, metadata: {name: x}}\n");
    Field.Mapping suite = (Field.Mapping) Documents.read(folder.resolve("suite.yaml")).getFirst();
    Field object = ((Field.Sequence) suite.fields().get("policies")).items().getFirst();
    assertThat(ManifestFiles.inline("suite.yaml", object))
        .extracting(Manifest::source)
        .containsExactly("suite.yaml:3");
  }

  private void write(String file, String text) throws Exception {
    Files.writeString(folder.resolve(file), text);
  }
}
