package io.sluice.bpf.nft;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.bpf.map.IdentityKey;
import io.sluice.bpf.map.PeerValue;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Prefixes become ranges that say the same: the longest that contains an address decides. */
class AddressRangeTest {
  private static final String LAST = "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff";

  private final Map<IdentityKey, PeerValue> peers =
      new HashMap<>(Map.of(IdentityKey.ALL_V4, new PeerValue(2, 0)));

  @Test
  void withoutPeersAllIsTheWorld() {
    assertThat(ranges(false)).containsExactly("0.0.0.0-255.255.255.255 2");
    assertThat(ranges(true))
        .containsExactly(
            "0:0:0:0:0:0:0:0-0:0:0:0:0:fffe:ffff:ffff 2", "0:0:0:0:1:0:0:0-" + LAST + " 2");
  }

  @Test
  void aPrefixInAPrefixIsCutOut() {
    put("10.0.0.0", 8, 5);
    put("10.1.0.0", 16, 6);
    put("10.1.2.3", 32, 5);
    put("10.255.255.255", 32, 7);
    assertThat(ranges(false))
        .containsExactly(
            "0.0.0.0-9.255.255.255 2",
            "10.0.0.0-10.0.255.255 5",
            "10.1.0.0-10.1.2.2 6",
            "10.1.2.3 5",
            "10.1.2.4-10.1.255.255 6",
            "10.2.0.0-10.255.255.254 5",
            "10.255.255.255 7",
            "11.0.0.0-255.255.255.255 2");
  }

  @Test
  void theFirstAndTheLastAddressAreSomebodys() {
    put("0.0.0.0", 32, 5);
    put("255.255.255.255", 32, 6);
    put("::", 128, 7);
    put("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", 128, 8);
    assertThat(ranges(false))
        .containsExactly("0.0.0.0 5", "0.0.0.1-255.255.255.254 2", "255.255.255.255 6");
    assertThat(ranges(true)).startsWith("0:0:0:0:0:0:0:0 7").endsWith(LAST + " 8");
  }

  @Test
  void neighboursOfOneIdentityAreOneRange() {
    put("192.0.2.0", 25, 9);
    put("192.0.2.128", 25, 9);
    put("192.0.2.64", 26, 9);
    assertThat(ranges(false)).contains("192.0.2.0-192.0.2.255 9").hasSize(3);
  }

  @Test
  void aWholeFamilyIsNotTheOther() {
    put("::", 0, 11);
    put("0.0.0.0", 0, 12);
    assertThat(ranges(false)).containsExactly("0.0.0.0-255.255.255.255 12");
    assertThat(ranges(true)).hasSize(2).allMatch(range -> range.endsWith(" 11"));
  }

  private void put(String address, int length, int identity) {
    peers.put(IdentityKey.of(InetAddress.ofLiteral(address), length), new PeerValue(identity, 0));
  }

  private List<String> ranges(boolean ipv6) {
    return AddressRange.of(peers).stream()
        .filter(range -> range.ipv6() == ipv6)
        .map(range -> range.text() + " " + range.identity())
        .toList();
  }
}
