package io.sluice.app.live;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Names with nftables: queries are steered, and an answer's address is open once it is told. */
class NftDnsKT {
  private static DnsNode node;

  @BeforeAll
  static void raise() {
    node = new DnsNode();
    node.zone.with("first.amazonaws.com", 60, "203.0.113.10", "2001:db8:5::10");
    node.serve(node.zone);
    node.startAgent("--steer=nft");
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
}
