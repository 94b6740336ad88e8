package io.sluice.app.packet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.app.lab.AgentProcess;
import io.sluice.app.lab.Lab;
import io.sluice.app.lab.NetworkNamespace;
import io.sluice.app.lab.Pod;
import io.sluice.app.lab.WorldFolder;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * A pod that may send whatever frames it likes gets nothing past its policy, and nobody else gets
 * such a frame into it; and the proxy's own ports are no way around either.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EscapeKT {
  private static final byte[] GATEWAY_MAC = {-18, -18, -18, -18, -18, -18};
  private static final int ALLOWED = 7001;
  private static final Duration LIMIT = Duration.ofSeconds(5);

  /** Words of a line of {@code /proc/net/tcp}, and states of {@code include/net/tcp_states.h}. */
  private static final int SOCKET_ADDRESS = 1;

  private static final int SOCKET_STATE = 3;
  private static final String LISTENING = "0A";
  private static final String UNCONNECTED = "07";

  /** Whatever might lead from a pod to a socket of the node. */
  private static final List<String> ADDRESSES =
      List.of(
          Lab.NODE_V4,
          Lab.NODE_V6,
          "127.0.0.1",
          "127.1.2.3",
          "0.0.0.0",
          "192.0.0.8",
          "169.254.1.1",
          "fe80::1%eth0",
          "::ffff:" + Lab.NODE_V4);

  /** For the addresses of {@code a.b}. */
  private static final byte[] QUERY = {
    0, 9, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 'a', 1, 'b', 0, 0, 1, 0, 1
  };

  private static final String RULES =
      """
      apiVersion: cilium.io/v2
      kind: CiliumNetworkPolicy
      metadata: {name: prison, namespace: default}
      spec:
        endpointSelector: {matchLabels: {app: prisoner}}
        egress:
          - toEndpoints: [{}]
            toPorts: [{ports: [{port: "7001", protocol: UDP}]}]
          - toEntities: [world]
            toPorts: [{ports: [{port: "80", protocol: TCP}], rules: {http: [{method: GET}]}}]
          - toEndpoints: [{matchLabels: {app: fortress}}]
            toPorts:
              - ports: [{port: "53", protocol: UDP}]
                rules: {dns: [{matchName: allowed.example.org}]}
      ---
      apiVersion: cilium.io/v2
      kind: CiliumNetworkPolicy
      metadata: {name: fortress, namespace: default}
      spec:
        endpointSelector: {matchLabels: {app: fortress}}
        ingress:
          - fromEndpoints: [{matchLabels: {app: prisoner}}]
            toPorts: [{ports: [{port: "7001", protocol: UDP}]}]
      ---
      apiVersion: cilium.io/v2
      kind: CiliumNetworkPolicy
      metadata: {name: neighbour, namespace: default}
      spec:
        endpointSelector: {matchLabels: {app: neighbour}}
        egress: [{toEntities: [host]}]
      """;

  private final Lab lab = Lab.raise();
  private AgentProcess agent;
  private Pod prisoner;
  private Pod free;
  private Pod fortress;
  private Pod neighbour;

  /** Behind the uplink, on the link of the fortress, and of all protocols on the node. */
  private final List<RawSocket> everywhere = new ArrayList<>();

  private RawSocket atFortress;

  /** What the agent is started with. */
  String[] options() {
    return new String[0];
  }

  @BeforeAll
  void start() {
    prisoner = lab.addPod("default/prisoner");
    free = lab.addPod("default/free");
    fortress = lab.addPod("default/fortress");
    neighbour = lab.addPod("default/neighbour");
    WorldFolder world = new WorldFolder(lab);
    world.writeCluster("default");
    for (Pod pod : lab.pods()) {
      world.writePod(pod, Map.of("app", pod.name().split("/", 2)[1]));
    }
    world.write("rules.yaml", RULES);
    agent = AgentProcess.start(lab, world, options()).awaitReady();
    everywhere.add(RawSocket.onLink(lab.outside(), "uplink"));
    atFortress = RawSocket.onLink(fortress.network(), "eth0");
    everywhere.add(atFortress);
    for (int protocol : new int[] {1, 4, 6, 17, 33, 41, 47, 50, 51, 132, 136, 255}) {
      everywhere.add(RawSocket.hearing(lab.node(), false, protocol));
      everywhere.add(RawSocket.hearing(lab.node(), true, protocol));
    }
  }

  @AfterAll
  void remove() throws Exception {
    for (RawSocket ear : everywhere) {
      ear.close();
    }
    if (agent != null) {
      agent.close();
    }
    lab.close();
  }

  @Test
  void noFrameOfAPodGetsPastItsPolicy() throws IOException {
    for (boolean v6 : new boolean[] {false, true}) {
      for (String destination : List.of(world(v6), node(v6), address(fortress, v6))) {
        assertThat(arriving(everywhere, prisoner, destination, v6))
            .as("to " + destination)
            .isEmpty();
      }
    }
  }

  /** The same frames of a pod without policy arrive: so the ears hear, and the frames are good. */
  @Test
  void theSameFramesOfAPodWithoutPolicyArrive() throws IOException {
    for (boolean v6 : new boolean[] {false, true}) {
      for (String destination : List.of(world(v6), node(v6))) {
        assertThat(arriving(everywhere, free, destination, v6))
            .as("to " + destination)
            .contains("UDP", "TCP SYN", "TCP without flags", "SCTP", "IPv4 in IP", "GRE", "VLAN 0");
      }
      if (forwardsFragments()) {
        assertThat(arriving(everywhere, free, world(v6), v6))
            .contains("first fragment", "fragment behind");
      }
    }
  }

  /** Whether they go on one by one, not only when all have come. */
  boolean forwardsFragments() {
    return true;
  }

  @Test
  void noFrameGetsIntoAPodPastItsPolicy() throws IOException {
    for (boolean v6 : new boolean[] {false, true}) {
      assertThat(arriving(List.of(atFortress), free, address(fortress, v6), v6))
          .as("from a pod")
          .isEmpty();
      Map<String, byte[]> frames =
          Packets.all(
              uplinkMac(),
              InetAddress.ofLiteral(world(v6)),
              InetAddress.ofLiteral(address(fortress, v6)),
              InetAddress.ofLiteral(address(prisoner, v6)));
      assertThat(arriving(List.of(atFortress), lab.outside(), "uplink", frames, v6))
          .as("from outside")
          .isEmpty();
    }
  }

  /** Wherever they are looked for, by a pod that may not speak to the node and by one that may. */
  @Test
  void thePortsOfTheAgentAreNoWayIn() {
    Set<Integer> ports = portsOfTheAgent("tcp", LISTENING);
    assertThat(ports).as("the proxy's and the admin's").hasSizeGreaterThanOrEqualTo(5);
    List<String> connected =
        ports.parallelStream()
            .flatMap(port -> ADDRESSES.stream().map(address -> address + " " + port))
            .flatMap(
                at ->
                    Stream.of(prisoner, neighbour, free)
                        .filter(pod -> connects(pod, at.split(" ", 2)[0], at.split(" ", 2)[1]))
                        .map(pod -> pod.name() + " to " + at))
            .toList();
    assertThat(connected).isEmpty();
    assertThat(agent.admin("/readyz").status()).isEqualTo(200);
  }

  /** What is answered where it is steered is not answered where it was sent to the proxy itself. */
  @Test
  void theDatagramPortsOfTheAgentAreNoWayInEither() throws IOException {
    Set<Integer> ports = portsOfTheAgent("udp", UNCONNECTED);
    assertThat(ports).as("the proxy's, of both families").hasSizeGreaterThanOrEqualTo(2);
    for (boolean v6 : new boolean[] {false, true}) {
      assertThat(answers(prisoner, List.of(address(fortress, v6)), Set.of(53)))
          .as("refused by the proxy")
          .hasSize(1);
    }
    for (Pod pod : List.of(prisoner, neighbour, free)) {
      assertThat(answers(pod, ADDRESSES, ports)).as(pod.name()).isEmpty();
    }
  }

  /** Who has answered a query for a name that no rule allows, within a second after the last. */
  private static List<String> answers(Pod from, List<String> addresses, Set<Integer> ports)
      throws IOException {
    List<String> answers = new ArrayList<>();
    try (DatagramSocket socket = from.network().call(() -> asked(addresses, ports))) {
      socket.setSoTimeout(1_000);
      while (true) {
        DatagramPacket answer = new DatagramPacket(new byte[512], 512);
        socket.receive(answer);
        answers.add(answer.getSocketAddress().toString());
      }
    } catch (SocketTimeoutException silence) {
      return answers;
    }
  }

  private static DatagramSocket asked(List<String> addresses, Set<Integer> ports)
      throws IOException {
    DatagramSocket socket = new DatagramSocket();
    for (String address : addresses) {
      for (int port : ports) {
        InetSocketAddress to = new InetSocketAddress(InetAddress.getByName(address), port);
        try {
          socket.send(new DatagramPacket(QUERY, QUERY.length, to));
        } catch (SocketException unreachable) {
          // It does not even leave the pod.
        }
      }
    }
    return socket;
  }

  /** The names of the frames of a pod that are heard there. */
  private Set<String> arriving(List<RawSocket> ears, Pod from, String destination, boolean v6)
      throws IOException {
    Map<String, byte[]> frames =
        Packets.all(
            GATEWAY_MAC,
            InetAddress.ofLiteral(address(from, v6)),
            InetAddress.ofLiteral(destination),
            InetAddress.ofLiteral(world(v6)));
    return arriving(ears, from.network(), "eth0", frames, v6);
  }

  private Set<String> arriving(
      List<RawSocket> ears,
      NetworkNamespace from,
      String device,
      Map<String, byte[]> frames,
      boolean v6)
      throws IOException {
    ears.forEach(RawSocket::heard);
    try (RawSocket link = RawSocket.onLink(from, device)) {
      for (byte[] frame : frames.values()) {
        link.send(frame);
      }
    }
    awaitWhatWasSentBefore(v6);
    List<String> names = List.copyOf(frames.keySet());
    Set<String> arrived = new TreeSet<>();
    for (RawSocket ear : ears) {
      Packets.tokens(ear.heard()).forEach(token -> arrived.add(names.get(token)));
    }
    return arrived;
  }

  /** A datagram that may pass has arrived: so what was sent before it has, or never will. */
  private void awaitWhatWasSentBefore(boolean v6) throws IOException {
    InetAddress to = InetAddress.ofLiteral(address(fortress, v6));
    try (RawSocket arriving = RawSocket.hearing(fortress.network(), v6, Wire.UDP.number(v6));
        DatagramSocket sending = prisoner.network().call(() -> new DatagramSocket())) {
      await()
          .atMost(LIMIT)
          .until(
              () -> {
                sending.send(new DatagramPacket(new byte[1], 1, to, ALLOWED));
                return !arriving.heard().isEmpty();
              });
    }
  }

  private byte[] uplinkMac() {
    return lab.node().call(() -> NetworkInterface.getByName("uplink").getHardwareAddress());
  }

  /** The ports of the node's sockets of a protocol, of both families, that are in a state. */
  private Set<Integer> portsOfTheAgent(String protocol, String state) {
    Set<Integer> ports = new TreeSet<>();
    for (String file : List.of(protocol, protocol + "6")) {
      lab.node()
          .call(
              () -> {
                Files.readAllLines(Path.of("/proc/thread-self/net", file)).stream()
                    .skip(1)
                    .map(line -> line.strip().split(" +"))
                    .filter(words -> words[SOCKET_STATE].equals(state))
                    .map(words -> words[SOCKET_ADDRESS].split(":", 2)[1])
                    .forEach(port -> ports.add(Integer.parseInt(port, 16)));
                return null;
              });
    }
    return ports;
  }

  private static boolean connects(Pod from, String address, String port) {
    return from.network()
        .call(
            () -> {
              try (Socket socket = new Socket()) {
                InetAddress to = InetAddress.getByName(address);
                socket.connect(new InetSocketAddress(to, Integer.parseInt(port)), 200);
                return true;
              } catch (SocketException | SocketTimeoutException no) {
                return false;
              }
            });
  }

  private static String address(Pod pod, boolean v6) {
    return v6 ? pod.ipv6() : pod.ipv4();
  }

  private static String world(boolean v6) {
    return v6 ? Lab.WORLD_V6 : Lab.WORLD_V4;
  }

  private static String node(boolean v6) {
    return v6 ? Lab.NODE_V6 : Lab.NODE_V4;
  }
}
