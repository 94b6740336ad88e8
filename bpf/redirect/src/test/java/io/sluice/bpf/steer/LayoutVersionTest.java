package io.sluice.bpf.steer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Nobody changes what is in the maps and forgets to say so to other releases. */
class LayoutVersionTest {
  /** The version, and a digest of the structs and enums that it stands for. */
  private static final String KNOWN = "1 df2f8db63450cb6e";

  private static final Path SOURCES = Path.of("src/main/bpf");
  private static final Pattern VERSION = Pattern.compile("#define LAYOUT_VERSION (\\d+)");
  private static final Pattern COMMENT = Pattern.compile("(?s)/\\*.*?\\*/");
  private static final Pattern TYPE = Pattern.compile("(struct|enum) \\w+ \\{[^}]*};");

  @Test
  void whoeverChangesWhatMapsHoldRaisesTheVersion() throws Exception {
    assertThat(version() + " " + digest(types()))
        .as(
            "version of the layout of maps, and the digest of what they hold. If another release"
                + " would misread it: raise LAYOUT_VERSION in layout_version.h. Then write what is"
                + " the case into this test")
        .isEqualTo(KNOWN);
  }

  @Test
  void allThatMapsHoldIsKnown() throws IOException {
    assertThat(types())
        .contains(
            "struct address { __be32 word[4]; };",
            "enum conntrack_state { OPENING, OPEN, };",
            "struct pod_socket { __u32 ifindex; };")
        .anyMatch(type -> type.startsWith("struct conntrack_key {"))
        .anyMatch(type -> type.startsWith("struct exchange {"))
        .anyMatch(type -> type.startsWith("struct peer {"));
  }

  private static String version() throws IOException {
    Matcher version = VERSION.matcher(Files.readString(SOURCES.resolve("layout_version.h")));
    assertThat(version.find()).isTrue();
    return version.group(1);
  }

  /** The types of the headers that make maps, and addresses, which are in most of them. */
  private static List<String> types() throws IOException {
    try (Stream<Path> files = Files.list(SOURCES)) {
      return files
          .sorted()
          .map(LayoutVersionTest::read)
          .filter(text -> text.contains("SEC(\".maps\")") || text.contains("struct address {"))
          .flatMap(LayoutVersionTest::types)
          .toList();
    }
  }

  private static Stream<String> types(String source) {
    String code = COMMENT.matcher(source).replaceAll("").replaceAll("\\s+", " ");
    return TYPE.matcher(code).results().map(MatchResult::group);
  }

  private static String digest(List<String> types) throws NoSuchAlgorithmException {
    byte[] text = types.stream().collect(Collectors.joining("\n")).getBytes(StandardCharsets.UTF_8);
    byte[] digest = MessageDigest.getInstance("SHA-256").digest(text);
    return HexFormat.of().formatHex(digest, 0, 8);
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException failed) {
      throw new IllegalStateException("can't read " + file, failed);
    }
  }
}
