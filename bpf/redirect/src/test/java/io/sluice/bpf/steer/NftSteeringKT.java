package io.sluice.bpf.steer;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.bpf.nft.Nftables;
import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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

  /** From one pod to another, by way of the proxy twice: three connections. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void theProxyMayUseAPortOfItsClientTowardsItself(boolean ipv6) throws Exception {
    server(node.two, Node.podTwo(ipv6));
    proxy(ipv6 ? Listener.INGRESS_V6 : Listener.INGRESS_V4);
    proxy(ipv6 ? Listener.EGRESS_V6 : Listener.EGRESS_V4);
    apply(
        List.of(podOne(true, true), podTwo(true, true)),
        out(POD_ONE, TWO, true),
        in(POD_TWO, ONE, true));
    InetAddress client = Node.podOne(ipv6);
    try (Tcp twice = steered(node.one, client, 31_313, Node.podTwo(ipv6), "31313 31314")) {
      assertThat(ask(twice)).isEqualTo("via " + steeredAnswerTo(client));
    }
  }

  /** As networks do for which only the node's address is known outside. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whatTheProxyOpensFromAPortOfItsClientIsMasqueraded(boolean ipv6) throws Exception {
    server(node.outside, Node.outside(ipv6));
    proxy(ipv6 ? Listener.EGRESS_V6 : Listener.EGRESS_V4);
    apply(podOne(false, true), out(POD_ONE, OUTSIDE, true));
    node.node.run("nft add table inet others");
    node.node.run("nft add chain inet others out { type nat hook postrouting priority 100 ; }");
    node.node.run("nft add rule inet others out oifname up0 masquerade");
    InetAddress client = Node.podOne(ipv6);
    try (Tcp masked = steered(node.one, client, 31_319, Node.outside(ipv6), "31319 31319")) {
      assertThat(ask(masked)).isEqualTo(steeredAnswerTo(Node.node(ipv6)));
    } finally {
      node.node.run("nft delete table inet others");
    }
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
