package io.sluice.bpf.steer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Pods on a bridge: frames between them are not addressed to the node, and are steered all the
 * same.
 */
class BridgedKT extends OnNode {

  @BeforeAll
  static void makeNode() throws Exception {
    node = Node.makeBridged();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void ingressFromAPod(boolean ipv6) throws Exception {
    server(node.two, Node.podTwo(ipv6));
    proxy(ipv6 ? Listener.INGRESS_V6 : Listener.INGRESS_V4);
    apply(podTwo(true, false), in(POD_TWO, ONE, true));

    assertThat(ask(node.one, Node.podTwo(ipv6))).isEqualTo(steeredAnswerTo(Node.podOne(ipv6)));
    assertSilence(node.outside, Node.podTwo(ipv6));
    assertThat(ask(node.node, Node.podTwo(ipv6))).doesNotContain("via");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void openConnectionsAreResetWhenTheyHaveToBeSteered(boolean ipv6) throws Exception {
    server(node.two, Node.podTwo(ipv6));
    server(node.outside, Node.outside(ipv6));
    try (Tcp fromPod = connect(node.one, Node.podTwo(ipv6));
        Tcp fromOutside = connect(node.outside, Node.podTwo(ipv6));
        Tcp toOutside = connect(node.one, Node.outside(ipv6))) {
      apply(
          List.of(podOne(false, true), podTwo(true, false)),
          in(POD_TWO, PolicyEntry.ANY, true),
          out(POD_ONE, OUTSIDE, true),
          out(POD_ONE, TWO, false));
      assertReset(fromPod);
      assertReset(fromOutside);
      assertReset(toOutside);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void egressToAPodAndToTheOutside(boolean ipv6) throws Exception {
    server(node.two, Node.podTwo(ipv6));
    server(node.outside, Node.outside(ipv6));
    proxy(ipv6 ? Listener.EGRESS_V6 : Listener.EGRESS_V4);
    apply(podOne(false, true), out(POD_ONE, TWO, true), out(POD_ONE, OUTSIDE, true));

    assertThat(ask(node.one, Node.podTwo(ipv6))).isEqualTo(steeredAnswerTo(Node.podOne(ipv6)));
    assertThat(ask(node.one, Node.outside(ipv6))).isEqualTo(steeredAnswerTo(Node.podOne(ipv6)));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void bothDirectionsOfOneConnection(boolean ipv6) throws Exception {
    server(node.two, Node.podTwo(ipv6));
    Tcp listening = proxy(ipv6 ? Listener.EGRESS_V6 : Listener.EGRESS_V4);
    proxy(ipv6 ? Listener.INGRESS_V6 : Listener.INGRESS_V4);
    apply(
        List.of(podOne(true, true), podTwo(true, true)),
        out(POD_ONE, TWO, true),
        in(POD_TWO, ONE, true));

    assertThat(ask(node.one, Node.podTwo(ipv6)))
        .isEqualTo("via " + steeredAnswerTo(Node.podOne(ipv6)));
    listening.close();
    assertSilence(node.one, Node.podTwo(ipv6));
  }
}
