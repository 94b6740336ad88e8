package io.sluice.http.codec;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.http.guard.Rejected;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** The canonical form is a fixed point, and no reading of it differs from it. */
class CanonicalPathTest {

  @Provide
  Arbitrary<String> paths() {
    return Arbitraries.of(
            "/", "/", "/", ".", "..", "a", "b", "%2e", "%2E", "%41", "%7e", ";x", "%20", "?", "%2f",
            "%25", "2e", "é", "\\", "%c0", "%af", "#", "~", "-", "c")
        .list()
        .ofMaxSize(14)
        .map(parts -> "/" + String.join("", parts));
  }

  @Property(tries = 20_000, seed = "11")
  void canonicalFormIsAFixedPoint(@ForAll("paths") String path) throws Rejected {
    String canonical = canonical(path);
    if (canonical != null) {
      byte[] bytes = bytes(canonical);
      assertThat(canonical(canonical)).isEqualTo(canonical);
      assertThat(
              CanonicalPath.isCanonical(bytes, 0, bytes.length)
                  || canonical.contains("/.") && canonical.contains("%"))
          .isTrue();
    }
  }

  @Property(tries = 20_000, seed = "12")
  void canonicalFormHasNothingToResolve(@ForAll("paths") String path) {
    String canonical = canonical(path);
    if (canonical == null) {
      return;
    }
    String pathOnly = canonical.split("\\?", 2)[0];
    assertThat(pathOnly).startsWith("/").doesNotContain("//").doesNotContain("\\");
    assertThat(pathOnly.toLowerCase(java.util.Locale.ROOT)).doesNotContain("%2f", "%2e", "%5c");
    for (String segment : pathOnly.split("/")) {
      assertThat(segment.split(";")[0]).isNotIn(".", "..");
    }
  }

  /** The JDK's own normaliser, given the same path without doubled slashes, agrees. */
  @Property(tries = 20_000, seed = "13")
  void agreesWithAnotherNormaliser(@ForAll("paths") String path) {
    String canonical = canonical(path);
    String pathOnly = path.split("\\?", 2)[0];
    if (canonical == null || pathOnly.contains("//") || pathOnly.matches(".*[^/.a-c~-].*")) {
      return;
    }
    String other = URI.create("http://h" + pathOnly).normalize().getRawPath();
    String ours = canonical.split("\\?", 2)[0];
    assertThat(ours).isEqualTo(other.isEmpty() ? "/" : other);
  }

  private static String canonical(String path) {
    byte[] bytes = bytes(path);
    try {
      return CanonicalPath.isCanonical(bytes, 0, bytes.length)
          ? path
          : new String(CanonicalPath.of(bytes, 0, bytes.length), StandardCharsets.ISO_8859_1);
    } catch (Rejected rejected) {
      return null;
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }
}
