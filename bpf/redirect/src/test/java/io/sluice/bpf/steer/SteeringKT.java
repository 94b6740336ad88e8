package io.sluice.bpf.steer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Real connections between namespaces, steered through a proxy that relays lines, or not. */
class SteeringKT extends OnNode {

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void ingressFromAPod(boolean ipv6) throws Exception {
    server(node.two, Node.podTwo(ipv6));
    proxy(ipv6 ? Listener.INGRESS_V6 : Listener.INGRESS_V4);
    apply(podTwo(true, false), in(POD_TWO, ONE, true));

    assertThat(ask(node.one, Node.podTwo(ipv6))).isEqualTo(steeredAnswerTo(Node.podOne(ipv6)));
    assertSilence(node.outside, Node.podTwo(ipv6));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void ingressFromBehindTheUplink(boolean ipv6) throws Exception {
    server(node.two, Node.podTwo(ipv6));
    proxy(ipv6 ? Listener.INGRESS_V6 : Listener.INGRESS_V4);
    apply(podTwo(true, false), in(POD_TWO, OUTSIDE, true));

    assertThat(ask(node.outside, Node.podTwo(ipv6))).isEqualTo(steeredAnswerTo(Node.outside(ipv6)));
    assertSilence(node.one, Node.podTwo(ipv6));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void egressToBehindTheUplink(boolean ipv6) throws Exception {
    server(node.outside, Node.outside(ipv6));
    server(node.two, Node.podTwo(ipv6));
    proxy(ipv6 ? Listener.EGRESS_V6 : Listener.EGRESS_V4);
    apply(podOne(false, true), out(POD_ONE, OUTSIDE, true));

    assertThat(ask(node.one, Node.outside(ipv6))).isEqualTo(steeredAnswerTo(Node.podOne(ipv6)));
    assertSilence(node.one, Node.podTwo(ipv6));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void egressToTheNodeItself(boolean ipv6) throws Exception {
    server(node.node, Node.node(ipv6));
    proxy(ipv6 ? Listener.EGRESS_V6 : Listener.EGRESS_V4);
    apply(podOne(true, true), out(POD_ONE, PolicyEntry.ANY, true));

    assertThat(ask(node.one, Node.node(ipv6))).isEqualTo(steeredAnswerTo(Node.podOne(ipv6)));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void unsteeredToTheNodeItself(boolean ipv6) throws Exception {
    server(node.node, Node.node(ipv6));
    apply(podOne(true, true), out(POD_ONE, PolicyEntry.ANY, false));

    assertThat(ask(node.one, Node.node(ipv6))).isEqualTo(answerTo(Node.podOne(ipv6)));
  }

  /** Out of one pod through the proxy, into the other through it again. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void bothDirectionsOfOneConnection(boolean ipv6) throws Exception {
    server(node.two, Node.podTwo(ipv6));
    proxy(ipv6 ? Listener.INGRESS_V6 : Listener.INGRESS_V4);
    proxy(ipv6 ? Listener.EGRESS_V6 : Listener.EGRESS_V4);
    List<EndpointEntry> both = List.of(podOne(true, true), podTwo(true, true));
    apply(both, out(POD_ONE, TWO, true), in(POD_TWO, ONE, true));
    assertThat(ask(node.one, Node.podTwo(ipv6)))
        .isEqualTo("via " + steeredAnswerTo(Node.podOne(ipv6)));

    apply(both, out(POD_ONE, TWO, true), in(POD_TWO, ONE, false));
    assertThat(ask(node.one, Node.podTwo(ipv6))).isEqualTo(steeredAnswerTo(Node.podOne(ipv6)));

    // What the proxy sends out for a pod is judged by the pod it enters as that pod's.
    apply(both, out(POD_ONE, TWO, true), in(POD_TWO, OUTSIDE, true));
    try (Tcp client = connect(node.one, Node.podTwo(ipv6))) {
      client.sendLine("hello");
      assertThat(catchThrowableOfType(Tcp.Failed.class, client::readLine)).isNotNull();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whatIsAllowedWithoutTheProxyPassesIt(boolean ipv6) throws Exception {
    server(node.two, Node.podTwo(ipv6));
    List<EndpointEntry> both = List.of(podOne(true, true), podTwo(true, true));
    apply(both, out(POD_ONE, TWO, false), in(POD_TWO, ONE, false));

    assertThat(ask(node.one, Node.podTwo(ipv6))).isEqualTo(answerTo(Node.podOne(ipv6)));
    assertSilence(node.outside, Node.podTwo(ipv6));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void theNodeReachesItsPods(boolean ipv6) throws Exception {
    server(node.two, Node.podTwo(ipv6));
    apply(podTwo(true, true), in(POD_TWO, ONE, true));

    assertThat(ask(node.node, Node.podTwo(ipv6))).endsWith(" hello").doesNotContain("via");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void withoutAProxySteeredConnectionsAreSilent(boolean ipv6) throws Exception {
    server(node.two, Node.podTwo(ipv6));
    Tcp listening = proxy(ipv6 ? Listener.INGRESS_V6 : Listener.INGRESS_V4);
    apply(podTwo(true, false), in(POD_TWO, ONE, true));
    assertThat(ask(node.one, Node.podTwo(ipv6))).startsWith("via");

    listening.close();
    assertSilence(node.one, Node.podTwo(ipv6));
  }

  /** A connection from before the policy must not go on past the proxy, and must not stall. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void openConnectionsAreResetWhenTheyHaveToBeSteered(boolean ipv6) throws Exception {
    server(node.two, Node.podTwo(ipv6));
    server(node.outside, Node.outside(ipv6));
    proxy(ipv6 ? Listener.INGRESS_V6 : Listener.INGRESS_V4);
    proxy(ipv6 ? Listener.EGRESS_V6 : Listener.EGRESS_V4);
    try (Tcp fromPod = connect(node.one, Node.podTwo(ipv6));
        Tcp fromOutside = connect(node.outside, Node.podTwo(ipv6));
        Tcp toOutside = connect(node.one, Node.outside(ipv6));
        Tcp fromNode = connect(node.node, Node.podTwo(ipv6))) {
      List<Tcp> steered = List.of(fromPod, fromOutside, toOutside);
      for (Tcp client : steered) {
        assertThat(ask(client)).doesNotContain("via");
      }
      EndpointEntry one = podOne(false, true);
      EndpointEntry two = podTwo(true, false);
      apply(
          List.of(one, two),
          in(POD_TWO, PolicyEntry.ANY, true),
          out(POD_ONE, OUTSIDE, true),
          out(POD_ONE, TWO, false));

      for (Tcp client : steered) {
        assertReset(client);
      }
      assertThat(ask(fromNode)).as("not steered").endsWith(" hello");
      assertThat(ask(node.one, Node.podTwo(ipv6))).as("the next one").startsWith("via");
    }
  }

  /** The proxy closes first, so its socket lingers when the client's port comes again. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aPortThatComesAgainIsServedAgain(boolean ipv6) throws Exception {
    server(node.two, Node.podTwo(ipv6));
    proxy(ipv6 ? Listener.INGRESS_V6 : Listener.INGRESS_V4);
    apply(podTwo(true, false), in(POD_TWO, ONE, true));
    java.net.InetSocketAddress server = new java.net.InetSocketAddress(Node.podTwo(ipv6), PORT);
    java.net.InetSocketAddress client =
        new java.net.InetSocketAddress(Node.podOne(ipv6), ipv6 ? 31006 : 31004);

    for (int i = 0; i < 2; i++) {
      try (Tcp again = node.one.call(() -> Tcp.boundTo(client, 5))) {
        again.connect(server);
        assertThat(ask(again)).startsWith("via");
        again.sendLine(Peers.CLOSE);
        assertThat(again.readLine()).isNull();
      }
    }
  }
}
