package io.sluice.bpf.steer;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.bpf.map.EndpointValue;
import org.junit.jupiter.api.Test;

class LinksTest {
  private static final String SHOWN =
      """
      [{"ifindex":1,"ifname":"lo","flags":["LOOPBACK"],"mtu":65536,"address":"00:00:00:00:00:00"},
      {"ifindex":7,"link_index":2,"ifname":"lxc1","mtu":1500,"master":"lo","txqlen":1000,
      "ifalias":"\\"ifindex\\":9,\\"link_netnsid\\":4","link_netnsid":0},
      {"ifindex":8,"link_index":2,"ifname":"lxc2","link_netnsid":12}]
      """;

  @Test
  void readsWhatEachInterfaceIsLinkedTo() {
    Links links = new Links();
    links.read(SHOWN);

    assertThat(links.master(7)).isPositive();
    assertThat(links.master(8)).isZero();
    assertThat(links.namespace(7)).isZero();
    assertThat(links.namespace(8)).isEqualTo(12);
    assertThat(links.namespace(1)).isEqualTo(EndpointValue.NO_NAMESPACE);
    assertThat(links.namespace(9)).isEqualTo(EndpointValue.NO_NAMESPACE);
  }
}
