package io.sluice.http.match;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.re2j.Pattern;
import io.sluice.http.match.Literals.Literal;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is recognised as literals matches exactly what the regular expression matches. */
class LiteralsTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/api/.*",
        "/api/v1/data.*",
        "GET|HEAD",
        "/a",
        ".*",
        "/(a|b)/c",
        "(?:/a|/b)(/.*)?",
        "a?b",
        "^/a$",
        "^/a|/b$",
        "good\\.example",
        "(GET)",
        "\\*",
        "/a|/b/.*",
        ""
      })
  void isRecognised(String regex) {
    assertThat(Literals.of(regex)).isNotNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/a+", "/[ab]", ".*x", "/a.b", "/a.*b", "(?i)/a", "\\d", "a{2}", "/.+", "a*", "(a)*", ".*?",
        ".", "(a", "a)", "\\Qa\\E", "(?P<n>a)", "é", "a??", "/a/.*/b", "\\", "^^a", "a$b", "(^a)"
      })
  void isLeftToTheEngine(String regex) {
    assertThat(Literals.of(regex)).isNull();
  }

  @Test
  void alternationsAreBounded() {
    assertThat(Literals.of("(a|b)".repeat(11))).isNull();
    assertThat(Literals.of("(a|b)".repeat(10))).hasSize(1024);
  }

  @Provide
  Arbitrary<String> regexes() {
    return Arbitraries.of(
            "/", "a", "b", "ab", "|", "(", ")", "(?:", "?", ".*", "\\.", "\\*", "^", "$", ".", "*",
            "+", "[a]", "{", "}", "]")
        .list()
        .ofMaxSize(9)
        .map(parts -> String.join("", parts));
  }

  @Provide
  Arbitrary<String> texts() {
    return Arbitraries.of("/", "a", "b", ".", "*", "ab", "{", "^", "$")
        .list()
        .ofMaxSize(6)
        .map(parts -> String.join("", parts));
  }

  @Property(tries = 100_000, seed = "3")
  void matchesWhatTheEngineMatches(@ForAll("regexes") String regex, @ForAll("texts") String text) {
    Set<Literal> literals = Literals.of(regex);
    if (literals == null) {
      return;
    }
    boolean engine = Pattern.compile(regex).matches(text);
    assertThat(literals.stream().anyMatch(one -> matches(one, text)))
        .as("%s on %s", regex, text)
        .isEqualTo(engine);
  }

  private static boolean matches(Literal literal, String text) {
    return literal.prefix() ? text.startsWith(literal.text()) : text.equals(literal.text());
  }
}
