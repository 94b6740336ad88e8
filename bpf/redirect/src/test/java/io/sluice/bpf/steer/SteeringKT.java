package io.sluice.bpf.steer;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Real connections between namespaces, steered through a proxy that relays lines. */
class SteeringKT {
  private static final int ONE = 301;
  private static final int TWO = 302;
  private static final int PORT = 8080;

  @TempDir Path state;

  private Node node;
  private Datapath datapath;
  private final Peers peers = new Peers();

  @BeforeEach
  void open() throws Exception {
    node = Node.make();
    datapath = node.node.call(() -> Datapath.open(state));
  }

  @AfterEach
  void close() throws Exception {
    peers.close();
    if (datapath != null) {
      datapath.close();
    }
    node.close();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void ingressGoesThroughTheProxyAndKeepsTheClientsAddress(boolean ipv6) throws Exception {
    server(node.two, Node.podTwo(ipv6));
    proxy(ipv6 ? Listener.INGRESS_V6 : Listener.INGRESS_V4);
    apply(
        new EndpointEntry(7, "lxc2", true, false),
        new PolicyEntry(7, false, ONE, PORT, PORT, true));

    assertThat(ask(node.one, Node.podTwo(ipv6), "hello"))
        .isEqualTo("via " + Node.podOne(ipv6).getHostAddress() + " hello");
  }

  private void server(Namespace in, InetAddress at) throws Exception {
    peers.server(in, new InetSocketAddress(at, PORT));
  }

  private Tcp proxy(Listener slot) throws Exception {
    return peers.proxy(node.node, datapath, slot);
  }

  private void apply(EndpointEntry endpoint, PolicyEntry... policy) throws Exception {
    assertThat(apply(List.of(endpoint), policy).unattached()).isEmpty();
  }

  private Applied apply(List<EndpointEntry> endpoints, PolicyEntry... policy) throws Exception {
    List<IdentityEntry> identities =
        List.of(
            new IdentityEntry(Node.podOne(false), 32, ONE),
            new IdentityEntry(Node.podOne(true), 128, ONE),
            new IdentityEntry(Node.podTwo(false), 32, TWO),
            new IdentityEntry(Node.podTwo(true), 128, TWO));
    return node.node.call(
        () -> datapath.apply(new DatapathState(endpoints, List.of(policy), identities)));
  }

  private static String ask(Namespace from, InetAddress to, String line) throws Exception {
    return from.call(
        () -> {
          try (Tcp client = Tcp.connected(new InetSocketAddress(to, PORT), 3)) {
            client.sendLine(line);
            return client.readLine();
          }
        });
  }
}
