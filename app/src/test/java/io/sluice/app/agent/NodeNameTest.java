package io.sluice.app.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.app.exit.Refusal;
import java.util.List;
import org.junit.jupiter.api.Test;

class NodeNameTest {

  @Test
  void takesTheOneAskedForThenTheHostThenTheOnlyOne() throws Refusal {
    assertThat(NodeName.choose("b", "a", List.of("a", "b"))).isEqualTo("b");
    assertThat(NodeName.choose(null, "a", List.of("a", "b"))).isEqualTo("a");
    assertThat(NodeName.choose(null, "x", List.of("b"))).isEqualTo("b");
  }

  @Test
  void otherwiseNamesTheChoices() {
    assertThatThrownBy(() -> NodeName.choose(null, "x", List.of("a", "b")))
        .isInstanceOfSatisfying(Refusal.class, e -> assertThat(e.exitCode()).isEqualTo(2))
        .hasMessageContaining("a, b");
    assertThatThrownBy(() -> NodeName.choose("c", "a", List.of("a", "b")))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("--node c")
        .hasMessageContaining("a, b");
    assertThatThrownBy(() -> NodeName.choose(null, "a", List.of()))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("no Node");
  }
}
