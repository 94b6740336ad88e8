package io.sluice.xds.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every way in which people, editors and Kubernetes change files is noticed within a second. */
class WorldFolderIT {
  @TempDir Path folder;
  private final BlockingQueue<Manifests> told = new LinkedBlockingQueue<>();
  private WorldFolder world;

  @BeforeEach
  void watch() throws IOException {
    write("a.yaml", pod("first"));
    world = new WorldFolder(folder);
    assertThat(names(world.read())).containsExactly("first");
    world.watch(told::add);
  }

  @AfterEach
  void close() {
    world.close();
  }

  private static String pod(String name) {
    return "{apiVersion: v1, kind: Pod, metadata: {name: " + name + "}}\n";
  }

  private void write(String file, String text) throws IOException {
    Files.writeString(folder.resolve(file), text);
  }

  private static List<String> names(Manifests manifests) {
    return manifests.manifests().stream().map(Manifest::name).toList();
  }

  private Manifests next() throws InterruptedException {
    Manifests next = told.poll(1, TimeUnit.SECONDS);
    assertThat(next).as("told within a second").isNotNull();
    return next;
  }

  private void expect(String... names) throws InterruptedException {
    Manifests next = next();
    assertThat(names(next)).containsExactly(names);
    assertThat(next.unreadable()).isEmpty();
  }

  @Test
  void newFilesInNewFoldersOfEveryEndingInTheOrderOfTheirPaths() throws Exception {
    Files.createDirectories(folder.resolve("sub/deeper"));
    write("sub/deeper/b.yml", pod("second"));
    write("sub/c.json", "{\"kind\": \"Pod\", \"metadata\": {\"name\": \"third\"}}");
    write("notes.txt", "not a manifest: [");
    write(".hidden.yaml", "not looked at: [");
    expect("first", "third", "second");
  }

  @Test
  void anEditInPlaceOfTheSameSizeAndTime() throws Exception {
    Path file = folder.resolve("a.yaml");
    FileTime time = Files.getLastModifiedTime(file);
    Files.writeString(file, pod("fresh"), StandardOpenOption.TRUNCATE_EXISTING);
    Files.setLastModifiedTime(file, time);
    expect("fresh");
  }

  @Test
  void aRenameOverTheFileAsEditorsDo() throws Exception {
    write("a.yaml~", pod("second"));
    Files.move(folder.resolve("a.yaml~"), folder.resolve("a.yaml"), StandardCopyOption.ATOMIC_MOVE);
    expect("second");
  }

  @Test
  void aSwappedSymlinkAsInAMountedConfigMap() throws Exception {
    Path mount = Files.createDirectories(folder.resolve("mount"));
    Path old = Files.createDirectories(mount.resolve("..2026_01"));
    Files.writeString(old.resolve("b.yaml"), pod("old"));
    Files.createSymbolicLink(mount.resolve("..data"), Path.of("..2026_01"));
    Files.createSymbolicLink(mount.resolve("b.yaml"), Path.of("..data/b.yaml"));
    expect("first", "old");

    Path fresh = Files.createDirectories(mount.resolve("..2026_02"));
    Files.writeString(fresh.resolve("b.yaml"), pod("new"));
    Files.createSymbolicLink(mount.resolve("..data_tmp"), Path.of("..2026_02"));
    Files.move(
        mount.resolve("..data_tmp"), mount.resolve("..data"), StandardCopyOption.ATOMIC_MOVE);
    expect("first", "new");
  }

  @Test
  void deletedAndEmptiedFilesDeleteTheirObjects() throws Exception {
    write("b.yaml", pod("second"));
    expect("first", "second");
    Files.delete(folder.resolve("a.yaml"));
    expect("second");
    write("b.yaml", "");
    expect();
  }

  @Test
  void aFileThatCannotBeReadKeepsWhatItHeld() throws Exception {
    write("a.yaml", pod("first") + "---\n" + pod("second") + "broken: [");
    Manifests broken = next();
    assertThat(names(broken)).containsExactly("first");
    assertThat(broken.unreadable())
        .singleElement()
        .satisfies(
            file -> {
              assertThat(file.source()).startsWith("a.yaml:");
              assertThat(file.lastGood()).isTrue();
            });
    write("b.yaml", "kind: [");
    assertThat(next().unreadable())
        .extracting(Manifests.Unreadable::lastGood)
        .containsExactly(true, false);
    write("a.yaml", pod("third"));
    write("b.yaml", pod("fourth"));
    expect("third", "fourth");
  }

  @Test
  void aFileThatIsTooLargeKeepsWhatItHeld() throws Exception {
    write("a.yaml~", "#".repeat(Documents.MAX_FILE_BYTES + 1));
    Files.move(folder.resolve("a.yaml~"), folder.resolve("a.yaml"), StandardCopyOption.ATOMIC_MOVE);
    Manifests tooLarge = next();
    assertThat(names(tooLarge)).containsExactly("first");
    assertThat(tooLarge.unreadable().getFirst().reason()).contains("larger than 16777216 bytes");
  }

  @Test
  void aVanishedFolderDeletesNothing() throws Exception {
    Path away = folder.resolveSibling(folder.getFileName() + "-away");
    Files.move(folder, away);
    try {
      Manifests gone = next();
      assertThat(names(gone)).containsExactly("first");
      assertThat(gone.unreadable().getFirst().lastGood()).isTrue();
    } finally {
      Files.move(away, folder);
    }
    expect("first");
  }

  @Test
  void aSymlinkLoopIsNoTrap() throws Exception {
    Files.createSymbolicLink(folder.resolve("loop"), folder);
    write("b.yaml", pod("second"));
    expect("first", "second");
  }

  @Test
  void writesAreTakenWhenTheyHaveRested() throws Exception {
    Path file = folder.resolve("a.yaml");
    Thread writer =
        Thread.ofPlatform()
            .start(
                () -> {
                  long end = System.nanoTime() + Duration.ofSeconds(1).toNanos();
                  for (int i = 0; System.nanoTime() < end; i++) {
                    try {
                      Files.writeString(file, pod("n" + i));
                    } catch (IOException broken) {
                      throw new IllegalStateException(broken);
                    }
                  }
                });
    writer.join();
    String last = Files.readString(file);
    await().until(() -> !told.isEmpty());
    assertThat(last).contains("name: " + names(next()).getFirst() + "}");
  }

  @Test
  void nothingIsToldAfterClose() throws Exception {
    world.close();
    write("a.yaml", pod("second"));
    assertThat(told.poll(400, TimeUnit.MILLISECONDS)).isNull();
  }

  @Test
  void aFolderThatIsNoneIsNamed() {
    assertThatThrownBy(() -> new WorldFolder(folder.resolve("none")).read())
        .isInstanceOf(NoSuchFileException.class)
        .hasMessageContaining("name a folder of manifests");
  }
}
