package io.sluice.bpf.steer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.sluice.bpf.libbpf.BpfProgram;
import io.sluice.bpf.libbpf.Libc;
import io.sluice.bpf.libbpf.TcHook.Point;
import io.sluice.bpf.libbpf.TcxHook;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A node for all tests of a class, and a datapath on it for each. */
abstract class OnNode {
  static final int ONE = 301;
  static final int TWO = 302;
  static final int OUTSIDE = 303;
  static final int PORT = 8080;

  /** The endpoints behind lxc1 and lxc2. */
  static final int POD_ONE = 7;

  static final int POD_TWO = 8;

  private static final Pattern CLSACT_PROGRAM = Pattern.compile("handle 0x\\w+ (\\w+)");

  static Node node;

  @TempDir Path state;
  Steering datapath;
  Peers peers;

  /** Of routed pods; a subclass that wants others hides this. */
  @BeforeAll
  static void makeNode() throws Exception {
    node = Node.make();
  }

  @AfterAll
  static void removeNode() throws Exception {
    node.close();
  }

  @BeforeEach
  void open() throws Exception {
    peers = new Peers();
    datapath = node.node.call(this::steering);
  }

  /** What is tested; a subclass that tests other steering overrides this. */
  Steering steering() throws Exception {
    return Datapath.open(state, true);
  }

  @AfterEach
  void close() throws Exception {
    peers.close();
    datapath.close();
    cleanup();
  }

  /** The names of the programs that packets meet on a device, in that order: tcx, then clsact. */
  static List<String> programs(String device, Point point) throws Exception {
    return node.node.call(
        () -> {
          List<String> names = new ArrayList<>();
          for (int id : new TcxHook(Libc.interfaceIndex(device), point).programs()) {
            names.add(BpfProgram.nameOf(id));
          }
          String direction = point.name().toLowerCase(Locale.ROOT);
          Matcher filter =
              CLSACT_PROGRAM.matcher(
                  Command.require("tc", "filter", "show", "dev", device, direction));
          while (filter.find()) {
            names.add("clsact " + filter.group(1));
          }
          return names;
        });
  }

  void cleanup() throws Exception {
    node.node.call(
        () -> {
          Datapath.cleanup(state);
          return null;
        });
  }

  void server(Namespace in, InetAddress at) throws Exception {
    peers.server(in, new InetSocketAddress(at, PORT));
  }

  Tcp proxy(Listener slot) throws Exception {
    return peers.proxy(node.node, datapath, slot);
  }

  static EndpointEntry podOne(boolean ingress, boolean egress) {
    return pod(1, POD_ONE, ONE, ingress, egress);
  }

  static EndpointEntry podTwo(boolean ingress, boolean egress) {
    return pod(2, POD_TWO, TWO, ingress, egress);
  }

  private static EndpointEntry pod(
      int number, int id, int identity, boolean ingress, boolean egress) {
    return new EndpointEntry(
        id,
        "lxc" + number,
        identity,
        List.of(
            InetAddress.ofLiteral("10.77.0." + number), InetAddress.ofLiteral("fd77::" + number)),
        ingress ? Enforcement.ENFORCED : Enforcement.NONE,
        egress ? Enforcement.ENFORCED : Enforcement.NONE);
  }

  /** Connections that a pod accepts from a peer on the port of the server. */
  static PolicyEntry in(int endpoint, int peer, boolean steer) {
    return PolicyEntry.of(endpoint, false, peer, PolicyEntry.TCP, PORT, PORT, action(steer));
  }

  /** Connections that a pod opens to a peer on the port of the server. */
  static PolicyEntry out(int endpoint, int peer, boolean steer) {
    return PolicyEntry.of(endpoint, true, peer, PolicyEntry.TCP, PORT, PORT, action(steer));
  }

  /** Connections that pod one opens outside, which pass as long as no proxy listens. */
  static PolicyEntry steerOrPass() {
    PolicyEntry.Action either = PolicyEntry.Action.STEER_OR_PASS;
    return PolicyEntry.of(POD_ONE, true, OUTSIDE, PolicyEntry.TCP, PORT, PORT, either);
  }

  private static PolicyEntry.Action action(boolean steer) {
    return steer ? PolicyEntry.Action.STEER : PolicyEntry.Action.ALLOW;
  }

  void apply(EndpointEntry endpoint, PolicyEntry... policy) throws Exception {
    assertThat(apply(List.of(endpoint), policy).unattached()).isEmpty();
  }

  Applied apply(List<EndpointEntry> endpoints, PolicyEntry... policy) throws Exception {
    List<IdentityEntry> identities = new ArrayList<>();
    for (boolean ipv6 : new boolean[] {false, true}) {
      int length = ipv6 ? 128 : 32;
      identities.add(new IdentityEntry(Node.podOne(ipv6), length, ONE));
      identities.add(new IdentityEntry(Node.podTwo(ipv6), length, TWO));
      identities.add(new IdentityEntry(Node.outside(ipv6), length, OUTSIDE));
    }
    return node.node.call(
        () -> datapath.apply(new DatapathState(endpoints, List.of(policy), identities)));
  }

  static Tcp connect(Namespace from, InetAddress to) throws Exception {
    return from.call(() -> Tcp.connected(new InetSocketAddress(to, PORT), 3));
  }

  static String ask(Namespace from, InetAddress to) throws Exception {
    try (Tcp client = connect(from, to)) {
      return ask(client);
    }
  }

  static String ask(Tcp client) throws Exception {
    client.sendLine("hello");
    return client.readLine();
  }

  static String answerTo(InetAddress client) {
    return client.getHostAddress() + " hello";
  }

  static String steeredAnswerTo(InetAddress client) {
    return "via " + answerTo(client);
  }

  static DatagramSocket datagrams(Namespace in, InetAddress at, int port) throws Exception {
    DatagramSocket socket = in.call(() -> new DatagramSocket(new InetSocketAddress(at, port)));
    socket.setSoTimeout(5_000);
    return socket;
  }

  static void send(DatagramSocket from, String text, InetSocketAddress to) throws Exception {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    from.send(new DatagramPacket(bytes, bytes.length, to));
  }

  static String receive(DatagramSocket at) throws Exception {
    DatagramPacket packet = new DatagramPacket(new byte[100], 100);
    at.receive(packet);
    return new String(packet.getData(), 0, packet.getLength(), StandardCharsets.UTF_8);
  }

  /** Its next segment is answered by a reset. */
  static void assertReset(Tcp open) throws Exception {
    open.sendLine("hello");
    Tcp.Failed failed = catchThrowableOfType(Tcp.Failed.class, open::readLine);
    assertThat(failed).as("a connection that must not go on").isNotNull();
    assertThat(failed.errno).isEqualTo(Tcp.ECONNRESET);
  }

  /** No handshake: neither an answer nor a reset. */
  static void assertSilence(Namespace from, InetAddress to) {
    Tcp.Failed failed =
        catchThrowableOfType(
            Tcp.Failed.class,
            () -> from.call(() -> Tcp.connected(new InetSocketAddress(to, PORT), 1)));
    assertThat(failed).as("a connection that must not come about").isNotNull();
    assertThat(failed.errno).isEqualTo(Tcp.EINPROGRESS);
  }
}
