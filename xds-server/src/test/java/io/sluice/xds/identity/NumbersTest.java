package io.sluice.xds.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Numbers stay with their keys and are given again as late as possible. */
class NumbersTest {
  private final Numbers<String> numbers = new Numbers<>(1, 3);

  private String assign(String... keys) {
    return new TreeMap<>(numbers.assign(new TreeSet<>(List.of(keys)))).toString();
  }

  @Test
  void theFirstAreGivenInOrder() {
    assertThat(assign("c", "a", "b")).isEqualTo("{a=1, b=2, c=3}");
  }

  @Test
  void aKeyKeepsItsNumberAndFindsItAgain() {
    assign("b");
    assertThat(assign("a", "b")).isEqualTo("{a=2, b=1}");
    assertThat(assign("a")).isEqualTo("{a=2}");
    assertThat(assign("a", "b")).isEqualTo("{a=2, b=1}");
  }

  @Test
  void aFreedNumberIsTheLastToBeGivenAgain() {
    assign("a", "b");
    assign("b");
    assign("");
    assertThat(assign("", "c")).isEqualTo("{=3, c=1}");
    assertThat(assign("", "c", "b")).isEqualTo("{=3, b=2, c=1}");
  }

  @Test
  void thereAreNoMoreThanThereAre() {
    assertThatThrownBy(() -> assign("a", "b", "c", "d"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("up to 3 are in use");
  }
}
