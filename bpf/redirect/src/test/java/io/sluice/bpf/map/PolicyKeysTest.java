package io.sluice.bpf.map;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Port ranges become keys that say the same, also while they are being written. */
class PolicyKeysTest {
  private static final int ENDPOINT = 1;
  private static final int PEER = 300;
  private static final int ANY = 0;

  private record Entry(int identity, int first, int last, Action action) {}

  static IntStream seeds() {
    return IntStream.range(0, 50);
  }

  @Test
  void allPortsAreOneKey() {
    assertThat(keys(List.of(new Entry(PEER, 0, 65535, Action.ALLOW))))
        .containsExactly(Map.entry(new PolicyKey(ENDPOINT, false, PEER, 0, 0), Action.ALLOW));
  }

  @Test
  void onePortIsOneKey() {
    assertThat(keys(List.of(new Entry(PEER, 65535, 65535, Action.STEER))))
        .containsExactly(Map.entry(new PolicyKey(ENDPOINT, false, PEER, 65535, 16), Action.STEER));
  }

  @Test
  void noRangeNeedsMoreThanThirtyKeys() {
    assertThat(keys(List.of(new Entry(PEER, 1, 65534, Action.ALLOW)))).hasSize(30);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void aPortHasTheVerdictOfItsEntriesAndSteeringWins(int seed) {
    List<Entry> entries = entries(new Random(seed), PEER);
    Map<PolicyKey, Action> keys = keys(entries);
    for (int port = 0; port < 65536; port++) {
      Action expected = null;
      for (Entry entry : entries) {
        if (entry.first <= port && port <= entry.last && expected != Action.STEER) {
          expected = entry.action;
        }
      }
      assertThat(lookup(keys, PEER, port)).as("port %d", port).isEqualTo(expected);
    }
  }

  /** Writes in the order of {@link MirroredMap} and asks after each step. */
  @ParameterizedTest
  @MethodSource("seeds")
  void betweenTwoStatesAPortHasOneOfTheirVerdicts(int seed) {
    Random random = new Random(seed);
    Map<PolicyKey, Action> before = keys(state(random));
    Map<PolicyKey, Action> after = keys(state(random));
    Map<PolicyKey, Action> now = new HashMap<>(before);

    for (PolicyKey key : sorted(after, PolicyKey.SPECIFIC_FIRST)) {
      now.put(key, after.get(key));
      assertOneOf(now, before, after);
    }
    for (PolicyKey key : sorted(before, PolicyKey.SPECIFIC_FIRST.reversed())) {
      if (!after.containsKey(key)) {
        now.remove(key);
        assertOneOf(now, before, after);
      }
    }
    assertThat(now).isEqualTo(after);
  }

  private static void assertOneOf(
      Map<PolicyKey, Action> now, Map<PolicyKey, Action> before, Map<PolicyKey, Action> after) {
    for (int port = 0; port < 32; port++) {
      assertThat(judge(now, port)).isIn(judge(before, port), judge(after, port));
    }
  }

  private static List<PolicyKey> sorted(Map<PolicyKey, Action> keys, Comparator<PolicyKey> order) {
    return keys.keySet().stream().sorted(order).toList();
  }

  /** As the programs do: the peer's own entries, then those of any peer. */
  private static Action judge(Map<PolicyKey, Action> keys, int port) {
    Action own = lookup(keys, PEER, port);
    return own != null ? own : lookup(keys, ANY, port);
  }

  private static Action lookup(Map<PolicyKey, Action> keys, int identity, int port) {
    for (int bits = 16; bits >= 0; bits--) {
      int first = port & (int) (0xffffL << (16 - bits)) & 0xffff;
      Action action = keys.get(new PolicyKey(ENDPOINT, false, identity, first, bits));
      if (action != null) {
        return action;
      }
    }
    return null;
  }

  private static List<Entry> state(Random random) {
    List<Entry> state = new ArrayList<>();
    for (int identity : new int[] {PEER, ANY}) {
      for (int i = random.nextInt(4); i > 0; i--) {
        int first = random.nextInt(32);
        Action action = random.nextBoolean() ? Action.ALLOW : Action.STEER;
        state.add(new Entry(identity, first, first + random.nextInt(32 - first), action));
      }
    }
    return state;
  }

  private static List<Entry> entries(Random random, int identity) {
    List<Entry> entries = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      int first = random.nextInt(65536);
      Action action = random.nextBoolean() ? Action.ALLOW : Action.STEER;
      entries.add(new Entry(identity, first, first + random.nextInt(65536 - first), action));
    }
    return entries;
  }

  private static Map<PolicyKey, Action> keys(List<Entry> entries) {
    PolicyKeys keys = new PolicyKeys();
    for (Entry entry : entries) {
      keys.add(ENDPOINT, false, entry.identity, entry.first, entry.last, entry.action);
    }
    return keys.keys();
  }
}
