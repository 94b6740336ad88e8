package io.sluice.app.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Names with nftables: queries are steered, and an answer's address is open once it is told. */
class NftDnsKT {
  private static DnsNode node;

  @BeforeAll
  static void raise() {
    node = new DnsNode();
    node.zone
        .with("first.amazonaws.com", 60, "203.0.113.10", "2001:db8:5::10")
        .with("tcp.amazonaws.com", 60, "203.0.113.20", "2001:db8:5::20")
        .with("short.amazonaws.com", 1, "203.0.113.30");
    node.serve(node.zone);
    node.startAgent("--steer=nft", node.config("dns: {leastTtl: 1s, grace: 1s}"));
  }

  @AfterAll
  static void remove() throws Exception {
    node.close();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void anAllowedNameOpensItsAddress(boolean v6) throws IOException {
    String address = v6 ? "2001:db8:5:0:0:0:0:10" : "203.0.113.10";
    assertThat(node.noByte(address, 443)).as("before anybody asked").isTrue();
    assertThat(node.ask("first.amazonaws.com", v6).addresses()).containsExactly(address);
    try (RawConnection connection = node.connect(address)) {
      assertThat(connection.status("GET", "/")).isEqualTo(200);
    }
    assertThat(node.ask("evil.example.org", v6).addresses()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void theSameOverTcp(boolean v6) throws IOException {
    int type = v6 ? Lookup.AAAA : Lookup.A;
    assertThat(
            Lookup.tcp(
                node.uploader, node.server(v6), type, "tcp.amazonaws.com", "evil.example.org"))
        .extracting(Lookup.Answer::id, Lookup.Answer::code)
        .containsExactlyInAnyOrder(tuple(0, 0), tuple(1, Lookup.REFUSED));
    try (RawConnection connection = node.connect(v6 ? "2001:db8:5::20" : "203.0.113.20")) {
      assertThat(connection.status("GET", "/")).isEqualTo(200);
    }
    assertThat(node.zone.asked()).doesNotContain("evil.example.org");
  }

  @Test
  void everyLookupIsFollowedByAConnectionAtOnce() throws IOException {
    assertThat(node.lookUpAndConnect(100)).isZero();
  }

  @Test
  void anAddressIsShutAfterItsTime() throws IOException {
    assertThat(node.ask("short.amazonaws.com", false).addresses()).hasSize(1);
    node.reach("203.0.113.30");
    await()
        .atMost(Duration.ofSeconds(20))
        .pollInterval(Duration.ofSeconds(1))
        .until(() -> node.noByte("203.0.113.30", 443));
  }
}
