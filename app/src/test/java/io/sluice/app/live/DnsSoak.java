package io.sluice.app.live;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Many names, each asked for once and its address connected to at once: not one may fail. */
class DnsSoak {
  @Test
  void everyAddressCanBeUsedAsSoonAsItIsTold() throws Exception {
    try (DnsNode node = new DnsNode()) {
      node.serve(node.zone);
      node.startAgent();
      assertThat(node.lookUpAndConnect(10_000)).isZero();
    }
  }
}
