package io.sluice.xds.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class NumbersTest {

  @Test
  void aKeyKeepsItsNumberAndGetsItBack() {
    Numbers<String> numbers = new Numbers<>(256, 300);
    assertThat(List.of(numbers.of("a"), numbers.of("b"), numbers.of("a")))
        .containsExactly(256, 257, 256);
    numbers.rest("a");
    assertThat(numbers.of("c")).isEqualTo(258);
    assertThat(numbers.of("a")).isEqualTo(256);
  }

  @Test
  void aNumberIsGivenAgainOnlyWhenTheRangeIsUsedUpAndTheLongestRestingFirst() {
    Numbers<String> numbers = new Numbers<>(1, 3);
    numbers.of("a");
    numbers.of("b");
    numbers.rest("b");
    numbers.rest("a");
    assertThat(numbers.of("c")).isEqualTo(3);
    assertThat(numbers.of("d")).isEqualTo(2);
    assertThat(numbers.of("e")).isEqualTo(1);
    assertThatThrownBy(() -> numbers.of("f")).hasMessage("all numbers up to 3 are in use");
  }

  @Test
  void theRangeWidensOnlyWhenNoNumberOfItRests() {
    Numbers<String> numbers = new Numbers<>(1, 2, 3);
    numbers.of("a");
    numbers.of("b");
    numbers.rest("a");
    assertThat(numbers.of("c")).isEqualTo(1);
    assertThat(numbers.of("d")).isEqualTo(3);
    assertThatThrownBy(() -> numbers.of("e")).hasMessage("all numbers up to 3 are in use");
  }

  @Test
  void whatWasSavedIsGivenAgainToTheSameKeysAndToNobodyElse() {
    Numbers<String> before = new Numbers<>(1, 10);
    before.of("a");
    before.of("b");
    before.of("gone");
    before.rest("gone");
    Numbers<String> after = new Numbers<>(1, 10);
    after.restore(before.saved());
    assertThat(after.of("new")).isEqualTo(4);
    assertThat(after.of("gone")).isEqualTo(3);
    assertThat(after.of("b")).isEqualTo(2);
    assertThat(after.of("a")).isEqualTo(1);
  }

  @Test
  void whatContradictsItselfIsNotRestored() {
    for (Map<String, Integer> saved :
        List.of(Map.of("a", 1, "b", 1), Map.of("a", 0), Map.of("a", 11))) {
      Numbers<String> numbers = new Numbers<>(1, 10);
      assertThatThrownBy(() -> numbers.restore(saved)).hasMessageContaining("within 1..10");
      assertThat(numbers.of("x")).isEqualTo(1);
    }
    Numbers<String> numbers = new Numbers<>(1, 10);
    numbers.of("a");
    assertThatThrownBy(() -> numbers.restore(Map.of("b", 2))).hasMessageContaining("before");
  }
}
