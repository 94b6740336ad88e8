package io.sluice.bpf.steer;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.bpf.nft.Nftables;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Real connections between namespaces, with rules of nftables in place of programs. */
class NftSteeringKT extends SteeringKT {

  @Override
  Steering steering() throws Exception {
    return Nftables.open(state);
  }

  /** Nothing that is in a world may become part of a script but as a plain name. */
  @Test
  void anInterfaceThatRulesCantNameIsReported() throws Exception {
    String odd = "l\"*{}";
    node.node.ip("link add " + odd + " type veth peer name l2");
    try {
      EndpointEntry entry =
          new EndpointEntry(9, odd, 309, List.of(), Enforcement.ENFORCED, Enforcement.ENFORCED);
      Applied applied = apply(List.of(entry, podTwo(true, false)));
      assertThat(applied.unattached()).hasSize(1);
      assertThat(applied.unattached().getFirst().reason()).contains("letters, digits");
      assertSilence(node.one, Node.podTwo(false));
    } finally {
      node.node.ip("link del l2");
    }
  }

  @Test
  void aPodOnABridgeIsReported() throws Exception {
    node.node.ip("link add br0 type bridge");
    node.node.ip("link set lxc1 master br0");
    try {
      Applied applied = apply(List.of(podOne(true, true), podTwo(true, false)));
      assertThat(applied.unattached()).hasSize(1);
      assertThat(applied.unattached().getFirst().reason()).contains("belongs to a bridge");
    } finally {
      node.node.ip("link del br0");
    }
  }

  /** Rules can't tell that no proxy is there, so it is as if one were needed. */
  @Test
  void whatMayPassWithoutAProxyDoesNot() throws Exception {
    server(node.outside, Node.outside(false));
    apply(podOne(false, true), steerOrPass());
    assertSilence(node.one, Node.outside(false));
    proxy(Listener.EGRESS_V4);
    apply(podOne(false, true), steerOrPass());
    assertThat(ask(node.one, Node.outside(false))).isEqualTo(steeredAnswerTo(Node.podOne(false)));
  }

  @AfterEach
  void withdraw() throws Exception {
    node.node.call(
        () -> {
          Nftables.withdraw();
          return null;
        });
  }
}
