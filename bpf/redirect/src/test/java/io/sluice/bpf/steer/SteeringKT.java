package io.sluice.bpf.steer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Real connections between namespaces, steered through a proxy that relays lines, or not. */
class SteeringKT extends OnNode {
  private static final String PORT_RANGE = "ipv4/ip_local_port_range";

  private String portRange;

  @BeforeEach
  void keepPortRange() throws Exception {
    portRange = node.node.call(() -> Settings.read(PORT_RANGE));
  }

  @AfterEach
  void putPortRangeBack() throws Exception {
    node.node.set(PORT_RANGE, portRange);
  }

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
    InetSocketAddress server = new InetSocketAddress(Node.podTwo(ipv6), PORT);
    InetSocketAddress client = new InetSocketAddress(Node.podOne(ipv6), ipv6 ? 31006 : 31004);

    for (int i = 0; i < 2; i++) {
      try (Tcp again = node.one.call(() -> Tcp.boundTo(client, 5))) {
        again.connect(server);
        assertThat(ask(again)).startsWith("via");
        again.sendLine(Peers.CLOSE);
        assertThat(again.readLine()).isNull();
      }
    }
  }

  /** Then both have the same addresses and ports, whichever of them was first. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void theProxyMayUsePortsOfItsClients(boolean ipv6) throws Exception {
    server(node.two, Node.podTwo(ipv6));
    server(node.outside, Node.outside(ipv6));
    proxy(ipv6 ? Listener.INGRESS_V6 : Listener.INGRESS_V4);
    proxy(ipv6 ? Listener.EGRESS_V6 : Listener.EGRESS_V4);
    apply(
        List.of(podOne(false, true), podTwo(true, false)),
        out(POD_ONE, OUTSIDE, true),
        in(POD_TWO, OUTSIDE, true));
    assertPortsAreShared(node.one, Node.podOne(ipv6), Node.outside(ipv6));
    assertPortsAreShared(node.outside, Node.outside(ipv6), Node.podTwo(ipv6));
  }

  private static void assertPortsAreShared(Namespace from, InetAddress client, InetAddress server)
      throws Exception {
    try (Tcp own = steered(from, client, 31_313, server, "31313 31313");
        Tcp other = steered(from, client, 31_311, server, "31315 31315");
        Tcp later = steered(from, client, 31_315, server, "31317 31317")) {
      assertThat(ask(own)).as("the port of its client").isEqualTo(steeredAnswerTo(client));
      assertThat(ask(other)).as("a port of its own").isEqualTo(steeredAnswerTo(client));
      assertThat(ask(later)).as("a port of the proxy").isEqualTo(steeredAnswerTo(client));
    }
  }

  /**
   * A connection from a port of the client, which the proxy has accepted and goes on with.
   *
   * @param proxyPorts those that it can go on with
   */
  static Tcp steered(
      Namespace from, InetAddress client, int port, InetAddress server, String proxyPorts)
      throws Exception {
    node.node.set(PORT_RANGE, proxyPorts);
    Tcp socket = from.call(() -> Tcp.boundTo(new InetSocketAddress(client, port), 3));
    try {
      socket.connect(new InetSocketAddress(server, PORT));
      assertThat(ask(socket)).as("from port " + port).startsWith("via ");
      return socket;
    } catch (Throwable failed) {
      socket.close();
      throw failed;
    }
  }

  /**
   * There is no packet that meets neither the old policy nor the new one: none that both deny gets
   * in, and none that both allow is lost, be it of a flow that is known or of a new one.
   */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void noneOfManyChangesLetsAnythingThroughOrLosesAnything(boolean ipv6) throws Exception {
    applyChange(0);
    AtomicBoolean done = new AtomicBoolean();
    try (DatagramSocket pod = datagrams(node.two, Node.podTwo(ipv6), PORT);
        DatagramSocket denied = datagrams(node.one, Node.podOne(ipv6), 0);
        DatagramSocket known = datagrams(node.outside, Node.outside(ipv6), 0);
        ExecutorService threads = Executors.newFixedThreadPool(2)) {
      InetSocketAddress to = (InetSocketAddress) pod.getLocalSocketAddress();
      Future<Void> flood =
          threads.submit(
              () -> {
                while (!done.get()) {
                  send(denied, "denied", to);
                }
                return null;
              });
      Future<Integer> counted =
          threads.submit(
              () -> {
                int arrived = 0;
                while (!done.get() || arrived < 500) {
                  assertThat(arrives(known, pod)).isTrue();
                  try (DatagramSocket fresh = datagrams(node.outside, Node.outside(ipv6), 0)) {
                    assertThat(arrives(fresh, pod)).isTrue();
                  }
                  arrived += 2;
                }
                return arrived;
              });
      try {
        for (int i = 0; i < 50; i++) {
          applyChange(i);
        }
      } finally {
        done.set(true);
      }
      assertThat(counted.get()).isGreaterThanOrEqualTo(500);
      flood.get();
      pod.setSoTimeout(1);
      assertThatThrownBy(() -> receive(pod)).isInstanceOf(SocketTimeoutException.class);
    }
  }

  /** Datagrams from outside stay allowed and those of pod one denied, whatever else changes. */
  private void applyChange(int number) throws Exception {
    apply(
        podTwo(true, false),
        PolicyEntry.of(
            POD_TWO, false, OUTSIDE, PolicyEntry.UDP, PORT, PORT, PolicyEntry.Action.ALLOW),
        in(POD_TWO, number % 2 == 0 ? ONE : TWO, number % 3 == 0),
        in(POD_TWO, OUTSIDE, number % 5 == 0));
  }

  /** Whether the next datagram of all is the one that is sent now. */
  private static boolean arrives(DatagramSocket from, DatagramSocket to) throws Exception {
    String text = from.getLocalPort() + " " + System.nanoTime();
    send(from, text, (InetSocketAddress) to.getLocalSocketAddress());
    return receive(to).equals(text);
  }
}
