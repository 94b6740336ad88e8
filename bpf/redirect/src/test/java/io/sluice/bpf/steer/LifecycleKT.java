package io.sluice.bpf.steer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.sluice.bpf.libbpf.TcHook.Point;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What stays, what comes back and what goes when datapaths come and go. */
class LifecycleKT extends OnNode {

  @Test
  void cleanupLeavesTheNamespaceAsItWas() throws Exception {
    datapath.close();
    cleanup();
    String before = snapshot();

    open();
    apply(List.of(podOne(true, true), podTwo(true, true)), in(POD_TWO, ONE, true));
    assertThat(snapshot())
        .contains("0x200/0xf00", "sluice1", "to_pod", "ip_early_demux = 0", "32769");
    datapath.close();
    cleanup();
    assertThat(snapshot()).isEqualTo(before);

    cleanup();
    assertThat(snapshot()).isEqualTo(before);
  }

  @Test
  void openingTwiceIsTheSameAsOnce() throws Exception {
    String once = snapshot();
    datapath.close();
    open();
    assertThat(snapshot().replaceAll("id \\d+|tag \\w+", ""))
        .isEqualTo(once.replaceAll("id \\d+|tag \\w+", ""));
  }

  /** As when an agent has gone, and comes back. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whatMayPassWithoutAProxyIsSteeredOnceThereIsOne(boolean ipv6) throws Exception {
    server(node.outside, Node.outside(ipv6));
    EndpointEntry pod = podOne(false, true);
    PolicyEntry either = steerOrPass();
    apply(pod, either);
    try (Tcp open = connect(node.one, Node.outside(ipv6))) {
      assertThat(ask(open)).isEqualTo(answerTo(Node.podOne(ipv6)));

      datapath.close();
      open();
      Tcp listening = proxy(ipv6 ? Listener.EGRESS_V6 : Listener.EGRESS_V4);
      assertThat(ask(open)).as("not yet in force").isEqualTo(answerTo(Node.podOne(ipv6)));
      apply(pod, either);

      assertReset(open);
      assertThat(ask(node.one, Node.outside(ipv6))).isEqualTo(steeredAnswerTo(Node.podOne(ipv6)));
      listening.close();
      assertThat(ask(node.one, Node.outside(ipv6))).isEqualTo(answerTo(Node.podOne(ipv6)));
    }
  }

  /** No connection of the first datapath is new to the second. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void connectionsOutliveTheDatapath(boolean ipv6) throws Exception {
    PolicyEntry udp =
        PolicyEntry.of(
            POD_ONE, true, OUTSIDE, PolicyEntry.UDP, PORT, PORT, PolicyEntry.Action.ALLOW);
    apply(podOne(true, true), udp);
    try (DatagramSocket pod = datagrams(node.one, Node.podOne(ipv6), 0);
        DatagramSocket server = datagrams(node.outside, Node.outside(ipv6), PORT);
        DatagramSocket stranger = datagrams(node.outside, Node.outside(ipv6), PORT + 1)) {
      InetSocketAddress client = new InetSocketAddress(Node.podOne(ipv6), pod.getLocalPort());
      send(pod, "question", new InetSocketAddress(Node.outside(ipv6), PORT));
      assertThat(receive(server)).isEqualTo("question");

      datapath.close();
      open();
      send(stranger, "not asked for", client);
      send(server, "while nobody is there", client);
      assertThat(receive(pod)).isEqualTo("while nobody is there");
      apply(podOne(true, true), udp);
      send(stranger, "not asked for", client);
      send(server, "answer", client);
      assertThat(receive(pod)).isEqualTo("answer");

      datapath.close();
      open();
      apply(podOne(true, true));
      send(server, "not allowed any more", client);
      apply(podOne(true, true), udp);
      send(pod, "question", new InetSocketAddress(Node.outside(ipv6), PORT));
      assertThat(receive(server)).isEqualTo("question");
      send(server, "allowed again", client);
      assertThat(receive(pod)).isEqualTo("allowed again");
    }
  }

  /** The one before has put states in force since the next one was opened beside it. */
  @Test
  void whatTheOneBeforeJudgedLastIsJudgedAnewByTheNext() throws Exception {
    apply(podOne(true, true), allowOut());
    try (DatagramSocket pod = datagrams(node.one, Node.podOne(false), 0);
        DatagramSocket server = datagrams(node.outside, Node.outside(false), PORT);
        Steering next = node.node.call(() -> Datapath.open(state, true))) {
      apply(podOne(true, true), allowOut(), out(POD_ONE, TWO, false));
      assertPasses(pod, server);

      Steering before = datapath;
      datapath = next;
      apply(podOne(true, true));
      assertStops(pod, server);
      datapath = before;
    }
  }

  @Test
  void whatAnotherHasDoneIsUndoneByTheOneThatTakesBack() throws Exception {
    server(node.two, Node.podTwo(false));
    proxy(Listener.INGRESS_V4);
    List<EndpointEntry> endpoints = List.of(podTwo(true, false));
    apply(endpoints, in(POD_TWO, OUTSIDE, true));
    datapath.retire();

    Steering before = datapath;
    datapath = node.node.call(() -> Datapath.open(state, true));
    Tcp theirs = proxy(Listener.INGRESS_V4);
    apply(List.of(podOne(true, true), podTwo(true, false)), in(POD_TWO, OUTSIDE, true), allowOut());
    try (Tcp open = connect(node.outside, Node.podTwo(false));
        DatagramSocket pod = datagrams(node.one, Node.podOne(false), 0);
        DatagramSocket server = datagrams(node.outside, Node.outside(false), PORT)) {
      assertThat(ask(open)).isEqualTo(steeredAnswerTo(Node.outside(false)));
      assertPasses(pod, server);
      theirs.close();
      datapath.close();
      datapath = before;
      assertSilence(node.outside, Node.podTwo(false));

      apply(endpoints, in(POD_TWO, OUTSIDE, true));
      assertThat(ask(node.outside, Node.podTwo(false)))
          .isEqualTo(steeredAnswerTo(Node.outside(false)));
      assertThat(programs("lxc1", Point.INGRESS)).as("attached by the other").isEmpty();
      apply(endpoints);
      assertSilence(node.outside, Node.podTwo(false));
    }
  }

  /** Its maps hold that state still, so that nothing of it has to be written. */
  @Test
  void whatAnotherHasJudgedIsJudgedAnewByTheOneThatTakesBack() throws Exception {
    apply(podOne(true, true));
    datapath.retire();
    Steering before = datapath;
    datapath = node.node.call(() -> Datapath.open(state, true));
    apply(podOne(true, true), allowOut());
    try (DatagramSocket pod = datagrams(node.one, Node.podOne(false), 0);
        DatagramSocket server = datagrams(node.outside, Node.outside(false), PORT)) {
      assertPasses(pod, server);
      datapath.close();
      datapath = before;
      apply(podOne(true, true));
      assertStops(pod, server);
    }
  }

  private static PolicyEntry allowOut() {
    return PolicyEntry.of(
        POD_ONE, true, OUTSIDE, PolicyEntry.UDP, PORT, PORT, PolicyEntry.Action.ALLOW);
  }

  private static void assertPasses(DatagramSocket pod, DatagramSocket server) throws Exception {
    send(pod, "question", new InetSocketAddress(Node.outside(false), PORT));
    assertThat(receive(server)).isEqualTo("question");
  }

  private static void assertStops(DatagramSocket pod, DatagramSocket server) throws Exception {
    server.setSoTimeout(500);
    send(pod, "not allowed any more", new InetSocketAddress(Node.outside(false), PORT));
    assertThatExceptionOfType(SocketTimeoutException.class).isThrownBy(() -> receive(server));
  }

  @Test
  void cleanupKeepsASettingThatWasChangedSince() throws Exception {
    node.node.set("ipv4/ip_early_demux", "1");
    datapath.close();
    cleanup();
    assertThat(node.node.run("sysctl -n net.ipv4.ip_early_demux").strip()).isEqualTo("1");
  }

  @Test
  void anUnknownInterfaceIsReportedAndTheOthersProceed() throws Exception {
    EndpointEntry gone =
        new EndpointEntry(9, "lxc9", 309, List.of(), Enforcement.ENFORCED, Enforcement.ENFORCED);
    Applied applied = apply(List.of(gone, podTwo(true, false)));

    assertThat(applied.unattached()).hasSize(1);
    assertThat(applied.unattached().getFirst().endpoint()).isEqualTo(gone);
    assertThat(applied.unattached().getFirst().reason()).contains("no interface 'lxc9'");
    assertThat(programs("lxc2", Point.EGRESS)).containsExactly("to_pod");
  }

  @Test
  void anInterfaceThatIsNotEnforcedAnyMoreIsLeftAlone() throws Exception {
    String before = node.node.run("tc qdisc show dev lxc2");
    server(node.two, Node.podTwo(false));
    apply(podTwo(true, false));
    assertSilence(node.one, Node.podTwo(false));

    apply(List.of(podTwo(false, false)));
    assertThat(ask(node.one, Node.podTwo(false))).isEqualTo(answerTo(Node.podOne(false)));
    assertThat(programs("lxc2", Point.EGRESS)).isEmpty();
    assertThat(node.node.run("tc qdisc show dev lxc2")).isEqualTo(before);
  }

  @Test
  void anInterfaceThatComesBackIsAttachedAnew() throws Exception {
    apply(podTwo(true, false));
    node.node.ip("link del lxc2");
    node.pod(node.two, 2);
    server(node.two, Node.podTwo(false));
    assertThat(programs("lxc2", Point.EGRESS)).isEmpty();

    apply(podTwo(true, false));
    assertSilence(node.one, Node.podTwo(false));
  }

  @Test
  void aKilledAgentFailsClosedAndItsSuccessorTakesOver() throws Exception {
    server(node.two, Node.podTwo(false));
    Tcp listening = proxy(Listener.INGRESS_V4);
    apply(List.of(podOne(true, true), podTwo(true, false)), in(POD_TWO, OUTSIDE, true));
    assertThat(ask(node.outside, Node.podTwo(false)))
        .isEqualTo(steeredAnswerTo(Node.outside(false)));

    listening.close();
    datapath.close();
    assertSilence(node.outside, Node.podTwo(false));
    assertThat(programs("lxc1", Point.INGRESS)).containsExactly("from_pod");

    datapath = node.node.call(() -> Datapath.open(state, true));
    assertSilence(node.outside, Node.podTwo(false));
    proxy(Listener.INGRESS_V4);
    apply(podTwo(true, false), in(POD_TWO, OUTSIDE, true));
    assertThat(ask(node.outside, Node.podTwo(false)))
        .isEqualTo(steeredAnswerTo(Node.outside(false)));
    assertThat(programs("lxc1", Point.INGRESS)).as("left by the predecessor").isEmpty();
  }

  private static String snapshot() throws Exception {
    StringBuilder all = new StringBuilder();
    for (String command :
        List.of(
            "ip rule",
            "ip -6 rule",
            "ip route show table all",
            "ip -6 route show table all",
            "ip addr",
            "tc qdisc",
            "sysctl net.ipv4.ip_early_demux net.ipv4.ip_local_port_range")) {
      all.append(command).append('\n').append(node.node.run(command));
    }
    for (String device : List.of("lxc1", "lxc2", "up0")) {
      all.append(programs(device, Point.INGRESS)).append(programs(device, Point.EGRESS));
    }
    return all.toString();
  }
}
