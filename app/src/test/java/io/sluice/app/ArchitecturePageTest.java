package io.sluice.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The page that follows a byte uses the words of the packages: a stage that is renamed fails here.
 */
class ArchitecturePageTest {
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

  @Test
  void everyStageOfThePageIsAPackage() throws IOException {
    List<String> headings =
        Files.readAllLines(ROOT.resolve("docs/ARCHITECTURE.md")).stream()
            .filter(line -> line.startsWith("### "))
            .map(line -> line.substring(4).strip())
            .toList();

    assertThat(headings).hasSizeGreaterThan(15).allSatisfy(h -> assertThat(packages()).contains(h));
  }

  private static Set<String> packages() throws IOException {
    try (Stream<Path> files = Files.walk(ROOT)) {
      return files
          .filter(file -> file.toString().contains("/src/main/java/"))
          .filter(Files::isDirectory)
          .map(directory -> directory.getFileName().toString())
          .collect(Collectors.toSet());
    }
  }
}
