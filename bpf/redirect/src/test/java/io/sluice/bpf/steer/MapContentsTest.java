package io.sluice.bpf.steer;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.bpf.map.Action;
import io.sluice.bpf.map.PolicyValue;
import io.sluice.bpf.steer.Applied.Closed;
import io.sluice.bpf.steer.MapContents.Bounds;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A policy that has no room closes its endpoint and no other. */
class MapContentsTest {
  private static final PolicyValue ALLOW = new PolicyValue(Action.ALLOW, false, 0);
  private static final PolicyValue DENY = new PolicyValue(Action.DENY, false, 0);

  @Test
  void whatFitsIsThereAsItIs() {
    MapContents contents = contents(new Bounds(3, 5, 9), 2, 3);
    assertThat(contents.closed()).isEmpty();
    assertThat(contents.policy()).hasSize(5).allSatisfy((key, value) -> allowed(value));
  }

  @Test
  void anEndpointWithTooMuchIsDeniedEverything() {
    MapContents contents = contents(new Bounds(3, 100, 9), 2, 4, 3);
    assertThat(contents.closed()).extracting(Closed::endpoint).containsExactly(2);
    assertThat(contents.closed().getFirst().reason()).contains("4 entries", "at most 3");
    assertThat(contents.policy()).hasSize(2 + 2 + 3);
    contents
        .policy()
        .forEach((key, value) -> assertThat(value).isEqualTo(key.endpoint() == 2 ? DENY : ALLOW));
  }

  @Test
  void whoComesLastGoesWithout() {
    MapContents contents = contents(new Bounds(4, 7, 9), 4, 2, 2);
    assertThat(contents.closed()).extracting(Closed::endpoint).containsExactly(3);
    assertThat(contents.closed().getFirst().reason()).contains("2 entries", "at most 1");
  }

  private static void allowed(PolicyValue value) {
    assertThat(value).isEqualTo(ALLOW);
  }

  /** Endpoints 1, 2 and so on with so many entries. */
  private static MapContents contents(Bounds bounds, int... entries) {
    List<PolicyEntry> policy = new ArrayList<>();
    for (int endpoint = 1; endpoint <= entries.length; endpoint++) {
      for (int port = 1; port <= entries[endpoint - 1]; port++) {
        policy.add(
            PolicyEntry.of(
                endpoint,
                false,
                300,
                PolicyEntry.TCP,
                10 * port,
                10 * port,
                PolicyEntry.Action.ALLOW));
      }
    }
    return MapContents.of(
        new DatapathState(List.of(), policy, List.of()), new Resolution(Map.of()), bounds);
  }
}
