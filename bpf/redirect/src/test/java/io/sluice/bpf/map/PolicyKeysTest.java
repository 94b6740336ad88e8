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

/** Entries become keys that say the same, also while they are being written. */
class PolicyKeysTest {
  private static final int ENDPOINT = 1;
  private static final int PEER = 300;
  private static final int ANY = 0;
  private static final int TCP = 6;
  private static final int UDP = 17;
  private static final int GRE = 47;
  private static final PolicyValue ALLOW = new PolicyValue(Action.ALLOW, false, 0);
  private static final PolicyValue STEER = new PolicyValue(Action.STEER, false, 0);
  private static final PolicyValue DENY = new PolicyValue(Action.DENY, false, 0);

  private record Entry(int identity, int protocol, int first, int last, PolicyValue value) {
    boolean matches(int peer, int wireProtocol, int port) {
      return (identity == ANY || identity == peer)
          && (protocol == ANY || protocol == wireProtocol)
          && first <= port
          && port <= last;
    }
  }

  static IntStream seeds() {
    return IntStream.range(0, 100);
  }

  @Test
  void allPortsAreOneKey() {
    assertThat(keys(List.of(new Entry(PEER, TCP, 0, 65535, ALLOW))))
        .containsExactly(Map.entry(key(PEER, TCP, 0, 0), ALLOW));
  }

  @Test
  void allProtocolsAreOneKey() {
    assertThat(keys(List.of(new Entry(PEER, ANY, 0, 65535, ALLOW))))
        .containsExactly(Map.entry(key(PEER, ANY, 0, 0), ALLOW));
  }

  @Test
  void onePortIsOneKey() {
    assertThat(keys(List.of(new Entry(PEER, TCP, 65535, 65535, STEER))))
        .containsExactly(Map.entry(key(PEER, TCP, 65535, 16), STEER));
  }

  @Test
  void noRangeNeedsMoreThanThirtyKeys() {
    assertThat(keys(List.of(new Entry(PEER, TCP, 1, 65534, ALLOW)))).hasSize(30);
  }

  @Test
  void whatAShorterPrefixSaysIsNotRepeated() {
    assertThat(
            keys(
                List.of(
                    new Entry(PEER, ANY, 0, 65535, DENY),
                    new Entry(PEER, TCP, 80, 80, ALLOW),
                    new Entry(ANY, UDP, 53, 53, STEER))))
        .containsOnly(
            Map.entry(key(PEER, ANY, 0, 0), DENY), Map.entry(key(ANY, UDP, 53, 16), STEER));
  }

  @Test
  void whatAnyPeerMayNotDoIsRepeatedWhereAPeersOwnKeysHideIt() {
    assertThat(
            keys(List.of(new Entry(PEER, ANY, 0, 65535, ALLOW), new Entry(ANY, TCP, 22, 22, DENY))))
        .containsOnly(
            Map.entry(key(PEER, ANY, 0, 0), ALLOW),
            Map.entry(key(PEER, TCP, 22, 16), DENY),
            Map.entry(key(ANY, TCP, 22, 16), DENY));
  }

  @Test
  void ofEqualActionsTheMostSpecificGivesRuleAndAudit() {
    Map<PolicyKey, PolicyValue> keys =
        keys(
            List.of(
                new Entry(ANY, ANY, 0, 65535, new PolicyValue(Action.ALLOW, true, 1)),
                new Entry(PEER, ANY, 0, 65535, new PolicyValue(Action.ALLOW, true, 2)),
                new Entry(PEER, TCP, 0, 65535, new PolicyValue(Action.ALLOW, true, 3)),
                new Entry(PEER, TCP, 80, 89, new PolicyValue(Action.ALLOW, true, 4)),
                new Entry(PEER, TCP, 80, 80, new PolicyValue(Action.ALLOW, false, 5))));
    assertThat(judge(keys, 7, TCP, 80).rule()).isEqualTo(1);
    assertThat(judge(keys, PEER, UDP, 80).rule()).isEqualTo(2);
    assertThat(judge(keys, PEER, TCP, 70).rule()).isEqualTo(3);
    assertThat(judge(keys, PEER, TCP, 89).rule()).isEqualTo(4);
    assertThat(judge(keys, PEER, TCP, 80)).isEqualTo(new PolicyValue(Action.ALLOW, false, 5));
  }

  /** Deny over steer over allow, among all entries that match. */
  @ParameterizedTest
  @MethodSource("seeds")
  void aPacketHasTheStrongestVerdictOfItsEntries(int seed) {
    Random random = new Random(seed);
    List<Entry> entries = state(random, 65536);
    Map<PolicyKey, PolicyValue> keys = keys(entries);
    for (int peer : new int[] {PEER, PEER + 1, 7}) {
      for (int protocol : new int[] {TCP, UDP, GRE}) {
        for (int port = 0; port < 65536; port += 1 + random.nextInt(5)) {
          assertThat(judge(keys, peer, protocol, port))
              .as("peer %d protocol %d port %d", peer, protocol, port)
              .isEqualTo(strongest(entries, peer, protocol, port));
        }
      }
    }
  }

  /** Writes in the order of {@link MirroredMap} and asks after each step. */
  @ParameterizedTest
  @MethodSource("seeds")
  void betweenTwoStatesAPacketHasOneOfTheirVerdicts(int seed) {
    Random random = new Random(seed);
    Map<PolicyKey, PolicyValue> before = keys(state(random, 32));
    Map<PolicyKey, PolicyValue> after = keys(state(random, 32));
    Map<PolicyKey, PolicyValue> now = new HashMap<>(before);

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
      Map<PolicyKey, PolicyValue> now,
      Map<PolicyKey, PolicyValue> before,
      Map<PolicyKey, PolicyValue> after) {
    for (int protocol : new int[] {TCP, UDP}) {
      for (int port = 0; port < 33; port++) {
        assertThat(judge(now, PEER, protocol, port))
            .isIn(judge(before, PEER, protocol, port), judge(after, PEER, protocol, port));
      }
    }
  }

  private static List<PolicyKey> sorted(
      Map<PolicyKey, PolicyValue> keys, Comparator<PolicyKey> order) {
    return keys.keySet().stream().sorted(order).toList();
  }

  private static PolicyValue strongest(List<Entry> entries, int peer, int protocol, int port) {
    return entries.stream()
        .filter(entry -> entry.matches(peer, protocol, port))
        .map(Entry::value)
        .max(Comparator.comparing(PolicyValue::action))
        .orElse(null);
  }

  /** As the programs do: the peer's own keys, then those of any peer. */
  private static PolicyValue judge(
      Map<PolicyKey, PolicyValue> keys, int peer, int protocol, int port) {
    PolicyValue own = lookup(keys, peer, protocol, port);
    return own != null ? own : lookup(keys, ANY, protocol, port);
  }

  private static PolicyValue lookup(
      Map<PolicyKey, PolicyValue> keys, int identity, int protocol, int port) {
    for (int bits = 16; bits >= 0; bits--) {
      int first = port & (int) (0xffffL << (16 - bits)) & 0xffff;
      PolicyValue value = keys.get(key(identity, protocol, first, bits));
      if (value != null) {
        return value;
      }
    }
    return keys.get(key(identity, ANY, 0, 0));
  }

  private static List<Entry> state(Random random, int ports) {
    List<Entry> state = new ArrayList<>();
    PolicyValue[] values = {ALLOW, STEER, DENY};
    for (int identity : new int[] {PEER, PEER + 1, ANY}) {
      for (int protocol : new int[] {ANY, TCP, UDP}) {
        for (int i = random.nextInt(4); i > 0; i--) {
          int first = protocol == ANY ? 0 : random.nextInt(ports);
          int last = protocol == ANY ? 65535 : first + random.nextInt(ports - first);
          PolicyValue value = values[random.nextInt(values.length)];
          if (protocol != ANY || i == 1 && random.nextBoolean()) {
            state.add(new Entry(identity, protocol, first, last, value));
          }
        }
      }
    }
    return state;
  }

  private static PolicyKey key(int identity, int protocol, int port, int bits) {
    return new PolicyKey(ENDPOINT, false, identity, protocol, port, bits);
  }

  private static Map<PolicyKey, PolicyValue> keys(List<Entry> entries) {
    PolicyKeys keys = new PolicyKeys();
    for (Entry entry : entries) {
      keys.add(
          ENDPOINT, false, entry.identity, entry.protocol, entry.first, entry.last, entry.value);
    }
    return keys.keys();
  }
}
