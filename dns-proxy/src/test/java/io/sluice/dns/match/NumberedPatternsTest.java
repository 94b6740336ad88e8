package io.sluice.dns.match;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;

class NumberedPatternsTest {
  private final NumberedPatterns patterns =
      NumberedPatterns.ofValid(
          Map.of(1, "*.example.com", 2, "db.example.com", 3, "**.example.com", 4, "a..b"));

  private static DnsName name(String text) {
    return Objects.requireNonNull(DnsName.of(text));
  }

  @Test
  void everyPatternThatAnyNameSatisfiesCounts() {
    assertThat(patterns.of(Set.of(name("db.example.com")))).containsExactlyInAnyOrder(1, 2, 3);
    assertThat(patterns.of(Set.of(name("a.b.example.com")))).containsExactly(3);
    assertThat(patterns.of(Set.of(name("example.com"), name("web.example.com"))))
        .containsExactlyInAnyOrder(1, 3);
    assertThat(patterns.of(Set.of())).isEmpty();
    assertThat(patterns.any(name("web.example.com"))).isTrue();
    assertThat(patterns.any(name("example.com"))).isFalse();
  }

  @Test
  void whatIsNoPatternIsLeftOut() {
    assertThat(patterns.size()).isEqualTo(3);
    assertThat(NumberedPatterns.NONE.any(name("a"))).isFalse();
  }
}
