package io.sluice.proxy.policy.rule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Collections;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A server name is allowed exactly when a pattern says so. */
class ServerNamesTest {

  @ParameterizedTest
  @CsvSource({
    "example.com,       example.com,          true",
    "example.com,       EXAMPLE.com.,         true",
    "Example.COM.,      example.com,          true",
    "example.com,       www.example.com,      false",
    "example.com,       example.com.evil.org, false",
    "example.com,       example-com,          false",
    "*.example.com,     www.example.com,      true",
    "*.example.com,     _x.example.com,       true",
    "*.example.com,     example.com,          false",
    "*.example.com,     a.b.example.com,      false",
    "*.example.com,     .example.com,         false",
    "**.example.com,    a.example.com,        true",
    "**.example.com,    a.b.example.com,      true",
    "***.example.com,   a.b.example.com,      true",
    "**.example.com,    example.com,          false",
    "**.example.com,    evil-example.com,     false",
    "*example.com,      example.com,          true",
    "*example.com,      my-example.com,       true",
    "*example.com,      www.example.com,      false",
    "**example.com,     www.example.com,      false",
    "api*.example.com,  api.example.com,      true",
    "api*.example.com,  api-v2.example.com,   true",
    "api*.example.com,  api.v2.example.com,   false",
    "*.*.example.com,   a.b.example.com,      true",
    "*.*.example.com,   a.example.com,        false",
    "a.**.com,          a.b.com,              true",
    "a.**.com,          a.b.c.com,            false",
    "*a*b*.com,         xaxbx.com,            true",
    "*a*b*.com,         ba.com,               false",
    "*,                 localhost,            true",
    "*,                 a.b.c,                true",
    "**,                a.b.c,                true",
    "*.,                a.b.c,                true",
    "*,                 a..c,                 false",
    "*,                 a b,                  false",
    "*,                 '',                   false",
    "*,                 .,                    false"
  })
  void matchesAsThePolicyLanguageSays(String pattern, String name, boolean matches)
      throws Exception {
    assertThat(ServerNames.of(List.of(pattern)).match(name)).isEqualTo(matches);
    assertThat(ServerNames.of(List.of("other.org", "x*.other.org", pattern)).match(name))
        .isEqualTo(matches);
  }

  @Test
  void whatCanNotBeAServersNameIsNeverAllowed() throws Exception {
    ServerNames any = ServerNames.of(List.of("*"));
    assertThat(any.match("a".repeat(63) + ".com")).isTrue();
    assertThat(any.match("a".repeat(64) + ".com")).isFalse();
    assertThat(any.match("a.".repeat(127) + "a")).isTrue();
    assertThat(any.match("a.".repeat(128) + "a")).isFalse();
    assertThat(any.match("exa\u0000mple.com")).isFalse();
    assertThat(any.match("ex\u00e4mple.com")).isFalse();
    assertThat(any.match("\u212aelvin.com")).as("the Kelvin sign is no k").isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ".", "a..b", ".a", "a b", "a/b", "[ab].com", "*..a", "é.com"})
  void refusesWhatNoNameMatches(String pattern) {
    assertThatThrownBy(() -> ServerNames.of(List.of(pattern)))
        .isInstanceOf(InvalidPolicyException.class)
        .hasMessageContaining("server_names: \"" + pattern + "\"");
  }

  @Test
  void hasBounds() {
    for (List<String> bad :
        List.of(
            List.<String>of(),
            Collections.nCopies(1025, "a"),
            List.of("a".repeat(64)),
            List.of("a.".repeat(128) + "*"))) {
      assertThatThrownBy(() -> ServerNames.of(bad)).isInstanceOf(InvalidPolicyException.class);
    }
  }

  @Provide
  Arbitrary<String> patterns() {
    return Arbitraries.of("a", "b", "ab", "*", "**", "a*", "*b", "*a*", "a**b")
        .list()
        .ofMinSize(1)
        .ofMaxSize(4)
        .map(labels -> String.join(".", labels));
  }

  @Provide
  Arbitrary<String> names() {
    return Arbitraries.strings()
        .withChars('a', 'b')
        .ofMinLength(1)
        .ofMaxLength(4)
        .list()
        .ofMinSize(1)
        .ofMaxSize(5)
        .map(labels -> String.join(".", labels));
  }

  @Property(tries = 20_000, seed = "7")
  void isWhatTheRegularExpressionSays(
      @ForAll("patterns") String pattern, @ForAll("names") String name) throws Exception {
    assertThat(ServerNames.of(List.of(pattern)).match(name))
        .isEqualTo(regex(pattern).matcher(name).matches());
  }

  private static Pattern regex(String pattern) {
    String label = "[-a-z0-9_]";
    if (pattern.matches("\\*+")) {
      return Pattern.compile(label + "+([.]" + label + "+)*");
    }
    boolean more = pattern.startsWith("**.");
    String rest = more ? pattern.substring(3) : pattern;
    String tail =
        List.of(rest.split("[*]+", -1)).stream()
            .map(Pattern::quote)
            .collect(Collectors.joining(label + "*"));
    return Pattern.compile((more ? "(" + label + "+[.])+" : "") + tail);
  }
}
