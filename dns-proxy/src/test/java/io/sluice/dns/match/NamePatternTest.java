package io.sluice.dns.match;

import static io.sluice.dns.match.Rules.asking;
import static io.sluice.dns.match.Rules.name;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.proxy.policy.rule.InvalidPolicyException;
import io.sluice.proxy.policy.rule.RuleMatcher;
import java.util.ArrayList;
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

/** A pattern stands for the names that the policy language says, alone and among others. */
class NamePatternTest {

  @ParameterizedTest
  @CsvSource({
    "cilium.io,       cilium.io,             true",
    "cilium.io,       CILIUM.IO.,            true",
    "cilium.io,       www.cilium.io,         false",
    "CILIUM.io.,      cilium.io,             true",
    "' cilium.io ',   cilium.io,             true",
    "*.cilium.io,     www.cilium.io,         true",
    "*.cilium.io,     _x.cilium.io,          true",
    "*.cilium.io,     cilium.io,             false",
    "*.cilium.io,     a.b.cilium.io,         false",
    "*.cilium.io,     www.cilium.io.evil.io, false",
    "*.cilium.io,     www-cilium.io,         false",
    "**.cilium.io,    app.cilium.io,         true",
    "**.cilium.io,    a.b.cilium.io,         true",
    "***.cilium.io,   a.b.cilium.io,         true",
    "**.cilium.io,    cilium.io,             false",
    "**.cilium.io,    evil-cilium.io,        false",
    "*cilium.io,      cilium.io,             true",
    "*cilium.io,      subcilium.io,          true",
    "*cilium.io,      www.cilium.io,         false",
    "**cilium.io,     subcilium.io,          true",
    "**cilium.io,     www.cilium.io,         false",
    "sub*.cilium.io,  sub.cilium.io,         true",
    "sub*.cilium.io,  subdomain.cilium.io,   true",
    "sub*.cilium.io,  www.cilium.io,         false",
    "sub*.cilium.io,  sub.x.cilium.io,       false",
    "*.ci*.io,        anysub.ci.io,          true",
    "*.ci*.io,        anysub.ciliumandmore.io, true",
    "*.ci*.io,        cilium.io,             false",
    "*.*.cilium.io,   _foobar._tcp.cilium.io, true",
    "*.*.cilium.io,   x.cilium.io,           false",
    "a.**.io,         a.b.io,                true",
    "a.**.io,         a.b.c.io,              false",
    "**.a.**.io,      x.y.a.b.io,            true",
    "**.a.**.io,      a.b.io,                false",
    "*,               a.b.c,                 true",
    "*,               io,                    true",
    "*,               .,                     true",
    "**,              .,                     true",
    "*.,              a.b,                   true",
    "**.,             a.b,                   true",
    "*,               a+b.io,                false",
    ".,               .,                     true",
    ".,               io,                    false",
    "*x*y*.io,        xy.io,                 true",
    "*x*y*.io,        axbyc.io,              true",
    "*x*y*.io,        yx.io,                 false"
  })
  void matchesAsThePolicyLanguageSays(String pattern, String text, boolean matches)
      throws Exception {
    assertThat(NamePattern.of(pattern).matches(name(text))).isEqualTo(matches);
    RuleMatcher<DnsRequest> rules = Rules.patterns(List.of("other.org", pattern, "x*.other.org"));
    assertThat(rules.match(asking(text))).isEqualTo(matches ? 1 : RuleMatcher.NONE);
    assertThat(rules.matching(asking(text))).isEqualTo(matches ? List.of(1) : List.of());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", " ", "..", "a..b", ".a", "a b", "a/b", "a+b", "*..a", "é.io", "\u212a.io"})
  void refusesWhatNoNameMatches(String pattern) {
    assertThatThrownBy(() -> NamePattern.of(pattern))
        .isInstanceOf(InvalidPolicyException.class)
        .hasMessageContaining("expected: ");
  }

  @Test
  void hasBounds() throws Exception {
    NamePattern.of("a".repeat(63) + "*." + "b".repeat(63));
    for (String bad : List.of("a".repeat(64), "a".repeat(64) + "*", "a.".repeat(127) + "ab")) {
      assertThatThrownBy(() -> NamePattern.of(bad)).isInstanceOf(InvalidPolicyException.class);
    }
  }

  @Provide
  Arbitrary<String> patterns() {
    return Arbitraries.of(
            "a", "b", "ab", "ba", "*", "**", "a*", "*b", "*a*", "a*b", "ab*", "a**b", "b*a*", "*ab",
            "*a*b*")
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
        .ofMaxSize(5)
        .map(labels -> labels.isEmpty() ? "." : String.join(".", labels));
  }

  @Property(tries = 20_000, seed = "6")
  void isWhatTheRegularExpressionsSay(
      @ForAll("manyPatterns") List<String> patterns, @ForAll("names") String text)
      throws Exception {
    List<Integer> expected = new ArrayList<>();
    String presented = text.equals(".") ? text : text + ".";
    for (int i = 0; i < patterns.size(); i++) {
      if (regex(patterns.get(i)).matcher(presented).matches()) {
        expected.add(i);
      }
    }
    RuleMatcher<DnsRequest> rules = Rules.patterns(patterns);
    assertThat(rules.matching(asking(text))).isEqualTo(expected);
    int found = rules.match(asking(text));
    if (expected.isEmpty()) {
      assertThat(found).isEqualTo(RuleMatcher.NONE);
    } else {
      assertThat(expected).contains(found);
    }
  }

  @Test
  void eachOfManyIsFoundAndNothingBesides() throws Exception {
    List<String> kinds =
        List.of("h%d", "*.t%d", "**.z%d", "p%dx*.eu", "*-s%d.us", "a%dx*b", "*m%d_*");
    List<String> asked =
        List.of("h%d", "w.t%d", "a.b.z%d", "p%dxq.eu", "x-s%d.us", "a%dxzb", "zm%d_");
    List<String> patterns = new ArrayList<>();
    for (int i = 0; i < 20_000; i++) {
      patterns.add(kinds.get(i % kinds.size()).formatted(i));
    }
    RuleMatcher<DnsRequest> rules = Rules.patterns(patterns);
    for (int i = 0; i < patterns.size(); i++) {
      int kind = i % kinds.size();
      String name = asked.get(kind).formatted(i);
      assertThat(rules.match(asking(name))).as(name).isEqualTo(i);
      String other = asked.get((kind + 1) % kinds.size()).formatted(i);
      assertThat(rules.match(asking(other))).as(other).isEqualTo(RuleMatcher.NONE);
    }
  }

  @Provide
  Arbitrary<List<String>> manyPatterns() {
    return patterns().list().ofMinSize(1).ofMaxSize(12);
  }

  /** The table of the policy language, row by row. */
  private static Pattern regex(String pattern) {
    if (pattern.matches("\\*+")) {
      return Pattern.compile("([-a-z0-9_]+[.])+|[.]");
    }
    boolean deep = pattern.startsWith("**.");
    String rest = (deep ? pattern.substring(3) : pattern) + ".";
    return Pattern.compile(
        (deep ? "([-a-z0-9_]+([.][-a-z0-9_]+){0,})[.]" : "")
            + List.of(rest.split("[*]+", -1)).stream()
                .map(Pattern::quote)
                .collect(Collectors.joining("[-a-z0-9_]*")));
  }
}
