package io.sluice.bpf.steer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.bpf.libbpf.Libc;
import io.sluice.bpf.libbpf.TcHook.Point;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A pod that comes after another one gets nothing of what that was allowed. */
class ReuseKT extends OnNode {
  private static final int SUCCESSOR = 304;
  private static final int SUCCESSOR_POD = 9;
  private static final int CLIENT_PORT = 31_010;

  private Namespace next;

  @BeforeEach
  void makeSuccessor() throws Exception {
    next = Namespace.make("next");
  }

  @AfterEach
  void bringPodOneBack() throws Exception {
    // Its end of the pair goes with the namespace, the other one a moment later.
    for (String device : List.of("lxc1", "lxc3")) {
      if (node.node.call(() -> Libc.interfaceIndex(device)) != 0) {
        node.node.ip("link del " + device);
      }
    }
    next.close();
    node.pod(node.one, 1);
  }

  /** The address of a pod that is gone, at once that of another one on another interface. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void anAddressThatMovesTakesNothingWithIt(boolean ipv6) throws Exception {
    PolicyEntry forOne = udp(POD_TWO, false, ONE);
    apply(List.of(podOne(true, true), podTwo(true, true)), udp(POD_ONE, true, TWO), forOne);
    try (DatagramSocket server = datagrams(node.two, Node.podTwo(ipv6), PORT)) {
      assertArrives("by the first", node.one, server, ipv6);

      node.node.ip("link del lxc1");
      node.pod(next, "lxc3", 1);
      // Nobody has told the kernel yet: the address alone makes nobody a pod.
      sendTo(server, "too early", ipv6);
      apply(List.of(successor("lxc3"), podTwo(true, true)), forOne, udp(SUCCESSOR_POD, true, TWO));
      sendTo(server, "without a rule", ipv6);
      apply(
          List.of(successor("lxc3"), podTwo(true, true)),
          udp(SUCCESSOR_POD, true, TWO),
          udp(POD_TWO, false, SUCCESSOR));
      assertArrives("by a rule of its own", next, server, ipv6);
    }
  }

  /** The name and the number of an interface that is gone, at once those of another pod's. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void anInterfaceThatIsMadeAgainTakesNothingWithIt(boolean ipv6) throws Exception {
    PolicyEntry forOne = udp(POD_ONE, true, TWO);
    apply(List.of(podOne(true, true), podTwo(false, false)), forOne);
    int ifindex = node.node.call(() -> Libc.interfaceIndex("lxc1"));
    try (DatagramSocket server = datagrams(node.two, Node.podTwo(ipv6), PORT)) {
      assertArrives("by the first", node.one, server, ipv6);

      node.node.ip("link del lxc1");
      node.pod(next, "lxc1 index " + ifindex, 1);
      apply(List.of(successor("lxc1"), podTwo(false, false)), forOne);
      assertThat(programs("lxc1", Point.INGRESS)).containsExactly("from_pod");
      sendTo(server, "without a rule", ipv6);
      apply(List.of(successor("lxc1"), podTwo(false, false)), udp(SUCCESSOR_POD, true, TWO));
      assertArrives("by a rule of its own", next, server, ipv6);
    }
  }

  /** What is asked for has not changed, and so is not worked out again; what there is has. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void theSameStateFollowsAnInterfaceThatComesAgain(boolean ipv6) throws Exception {
    DatapathState state =
        new DatapathState(
            List.of(podOne(true, true), podTwo(false, false)),
            List.of(udp(POD_ONE, true, TWO)),
            List.of(new IdentityEntry(Node.podTwo(ipv6), ipv6 ? 128 : 32, TWO)));
    assertThat(applied(state).unattached()).isEmpty();
    try (DatagramSocket server = datagrams(node.two, Node.podTwo(ipv6), PORT);
        DatagramSocket other = datagrams(node.two, Node.podTwo(ipv6), PORT + 1)) {
      assertArrives("before", node.one, server, ipv6);
      node.node.ip("link del lxc1");
      assertThat(applied(state).unattached()).hasSize(1);
      node.pod(next, "lxc1", 1);
      assertThat(applied(state).unattached()).isEmpty();
      sendTo(other, "on a port without a rule", ipv6);
      assertArrives("after", next, server, ipv6);
      other.setSoTimeout(1);
      assertThatThrownBy(() -> receive(other)).isInstanceOf(SocketTimeoutException.class);
    }
  }

  private Applied applied(DatapathState state) throws Exception {
    return node.node.call(() -> datapath.apply(state));
  }

  private static EndpointEntry successor(String hostInterface) {
    return new EndpointEntry(
        SUCCESSOR_POD,
        hostInterface,
        SUCCESSOR,
        List.of(InetAddress.ofLiteral("10.77.0.1"), InetAddress.ofLiteral("fd77::1")),
        Enforcement.ENFORCED,
        Enforcement.ENFORCED);
  }

  private static PolicyEntry udp(int endpoint, boolean egress, int peer) {
    return PolicyEntry.of(
        endpoint, egress, peer, PolicyEntry.UDP, PORT, PORT, PolicyEntry.Action.ALLOW);
  }

  private void sendTo(DatagramSocket server, String text, boolean ipv6) throws Exception {
    sendFrom(next, server, text, ipv6);
  }

  /** Always from the same port: to whoever only looks at addresses it is one conversation. */
  private static void sendFrom(Namespace from, DatagramSocket server, String text, boolean ipv6)
      throws Exception {
    try (DatagramSocket client = datagrams(from, Node.podOne(ipv6), CLIENT_PORT)) {
      send(client, text, (InetSocketAddress) server.getLocalSocketAddress());
    }
  }

  /** And nothing that was sent before does. */
  private static void assertArrives(
      String text, Namespace from, DatagramSocket server, boolean ipv6) throws Exception {
    sendFrom(from, server, text, ipv6);
    assertThat(receive(server)).isEqualTo(text);
  }
}
