package io.sluice.bpf.steer;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.bpf.map.IdentityKey;
import io.sluice.bpf.map.PeerValue;
import io.sluice.bpf.steer.Applied.Closed;
import io.sluice.bpf.steer.MapContents.Bounds;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Where there is no room for all prefixes, nobody is taken for somebody else unnoticed. */
class PeerTableTest {
  private static final int WORLD = 2;
  private static final int NODE = 1;
  private static final int POD = 300;
  private static final int WIDE = 400;
  private static final int NARROW = 401;

  private static final List<IdentityEntry> ENTRIES =
      List.of(
          entry("192.0.2.1", 32, NODE),
          entry("10.0.0.1", 32, POD),
          entry("198.51.100.0", 24, WIDE),
          entry("198.51.100.128", 25, NARROW));

  @Test
  void whatFitsIsThere() {
    PeerTable table = PeerTable.of(ENTRIES, Map.of(), 5);
    assertThat(table.uncertain()).isEmpty();
    assertThat(table.peers()).hasSize(5);
    assertThat(of(table, "198.51.100.200")).isEqualTo(NARROW);
    assertThat(of(table, "203.0.113.1")).isEqualTo(WORLD);
  }

  @Test
  void whoHasNoRoomIsUncertainAndSoIsWhoeverItIsTakenFor() {
    PeerTable table = PeerTable.of(ENTRIES, Map.of(), 4);
    assertThat(of(table, "198.51.100.200")).isEqualTo(WIDE);
    assertThat(table.uncertain()).containsExactlyInAnyOrder(NARROW, WIDE, WORLD);
    assertThat(table.prefixes()).isEqualTo(5);
  }

  @Test
  void localPodsAlwaysHaveRoom() {
    Map<IdentityKey, PeerValue> local =
        Map.of(IdentityKey.of(InetAddress.ofLiteral("10.0.0.1"), 32), new PeerValue(POD, 9));
    PeerTable table = PeerTable.of(ENTRIES, local, 2);
    assertThat(of(table, "10.0.0.1")).isEqualTo(POD);
    assertThat(table.uncertain()).contains(NODE, NARROW, WIDE, WORLD).doesNotContain(POD);
  }

  @Test
  void onlyEndpointsThatNameWhoIsUncertainAreClosed() {
    List<PolicyEntry> policy =
        List.of(allowing(1, POD), allowing(2, WIDE), allowing(3, WORLD), allowing(4, NARROW));
    MapContents contents =
        MapContents.of(
            new DatapathState(List.of(), policy, ENTRIES),
            new Resolution(Map.of()),
            new Bounds(9, 99, 4));
    assertThat(contents.closed()).extracting(Closed::endpoint).containsExactly(2, 3, 4);
    assertThat(contents.closed().getFirst().reason()).contains("5 prefixes", "at most 4");
  }

  /** Any two addresses, as a policy that names certain identities only tells them apart. */
  @Test
  void whoeverIsCertainIsTheSameAsWithEnoughRoom() {
    Random random = new Random(5);
    for (int i = 0; i < 2_000; i++) {
      List<IdentityEntry> entries = new ArrayList<>();
      for (int each : IntStream.range(0, 12).toArray()) {
        int length = 28 + random.nextInt(5);
        int host = random.nextInt(16) & -1 << (32 - length);
        if (entries.stream().noneMatch(e -> e.length() == length && host(e) == host)) {
          entries.add(entry("203.0.113." + host, length, 500 + random.nextInt(each + 1)));
        }
      }
      PeerTable all = PeerTable.of(entries, Map.of(), 99);
      PeerTable some = PeerTable.of(entries, Map.of(), 1 + random.nextInt(entries.size() + 1));
      Set<Integer> uncertain = some.uncertain();
      for (int host = 0; host < 16; host++) {
        int right = of(all, "203.0.113." + host);
        int found = of(some, "203.0.113." + host);
        assertThat(found == right || (uncertain.contains(found) && uncertain.contains(right)))
            .as("%d of %s: %d for %d", host, entries, found, right)
            .isTrue();
      }
    }
  }

  private static int host(IdentityEntry entry) {
    return entry.address().getAddress()[3];
  }

  private static IdentityEntry entry(String address, int length, int identity) {
    return new IdentityEntry(InetAddress.ofLiteral(address), length, identity);
  }

  private static PolicyEntry allowing(int endpoint, int identity) {
    return PolicyEntry.of(
        endpoint, false, identity, PolicyEntry.TCP, 80, 80, PolicyEntry.Action.ALLOW);
  }

  /** The longest prefix of the table that holds an address. */
  private static int of(PeerTable table, String address) {
    for (int length = 32; length >= 0; length--) {
      PeerValue found = table.peers().get(IdentityKey.of(InetAddress.ofLiteral(address), length));
      if (found != null) {
        return found.identity();
      }
    }
    return WORLD;
  }
}
