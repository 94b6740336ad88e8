package io.sluice.bpf.steer;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Connections with equal addresses and ports in other namespaces never get each other's bytes. */
class EqualConnectionsKT extends OnNode {
  private static final int CLIENT_PORT = 31_313;

  /** Both ends of a connection; of a steered one, the second is the proxy's. */
  private record Ends(Tcp client, Tcp server, Tcp listening) implements AutoCloseable {

    void exchange(String word) throws Exception {
      for (int i = 0; i < 10; i++) {
        client.sendLine("ask " + word + i);
        server.sendLine("answer " + word + i);
        assertThat(server.readLine()).isEqualTo("ask " + word + i);
        assertThat(client.readLine()).isEqualTo("answer " + word + i);
      }
    }

    @Override
    public void close() throws Exception {
      client.close();
      server.close();
      listening.close();
    }
  }

  private static final int EXCHANGED = 10 * "ask x0\n".length();

  private static Ends steered(Node on, Steering datapath, boolean ipv6) throws Exception {
    Tcp listening =
        on.node.call(
            () -> Tcp.listening(new InetSocketAddress(ipv6 ? "::1" : "127.0.0.1", 0), true));
    on.node.call(
        () -> {
          datapath.listen(ipv6 ? Listener.INGRESS_V6 : Listener.INGRESS_V4, listening.fd);
          return datapath.apply(
              new DatapathState(
                  List.of(podOne(false, false), podTwo(true, false)),
                  List.of(in(POD_TWO, PolicyEntry.ANY, true)),
                  List.of()));
        });
    return new Ends(client(on.one, ipv6), listening.accept(), listening);
  }

  private static Tcp client(Namespace in, boolean ipv6) throws Exception {
    Tcp client =
        in.call(() -> Tcp.boundTo(new InetSocketAddress(Node.podOne(ipv6), CLIENT_PORT), 5));
    client.connect(new InetSocketAddress(Node.podTwo(ipv6), PORT));
    return client;
  }

  /** The same connection on the loopback interface of a namespace that has both addresses. */
  private static Ends within(Namespace namespace, boolean ipv6) throws Exception {
    Tcp listening =
        namespace.call(() -> Tcp.listening(new InetSocketAddress(Node.podTwo(ipv6), PORT), false));
    return new Ends(client(namespace, ipv6), listening.accept(), listening);
  }

  private static long bytes(Node on, Steering datapath) throws Exception {
    return on.node.call(() -> datapath.shortCut().bytes());
  }

  private static long connections(Node on, Steering datapath) throws Exception {
    return on.node.call(() -> datapath.shortCut().connections());
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void inANamespaceThatIsNoPod(boolean ipv6) throws Exception {
    try (Namespace stranger = Namespace.make("stranger")) {
      for (boolean both : new boolean[] {false, true}) {
        stranger.ip("addr add " + Node.podOne(both).getHostAddress() + " dev lo");
        stranger.ip("addr add " + Node.podTwo(both).getHostAddress() + " dev lo");
      }
      besideTheSteeredOne(stranger, ipv6);
    }
  }

  /** One of this node's pods, which takes the other one's address, too. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void inAnotherPod(boolean ipv6) throws Exception {
    String stolen = Node.podOne(ipv6).getHostAddress() + (ipv6 ? "/128" : "/32");
    node.two.ip("addr add " + stolen + " dev lo");
    try {
      besideTheSteeredOne(node.two, ipv6);
    } finally {
      node.two.ip("addr del " + stolen + " dev lo");
    }
  }

  private void besideTheSteeredOne(Namespace other, boolean ipv6) throws Exception {
    try (Ends before = within(other, ipv6);
        Ends steered = steered(node, datapath, ipv6)) {
      before.exchange("x");
      steered.exchange("y");
      before.exchange("z");
      assertThat(connections(node, datapath)).isEqualTo(1);
      assertThat(bytes(node, datapath)).isEqualTo(EXCHANGED);
    }
  }

  /** Two nodes on one machine, each with its own agent, pods and the same addresses. */
  @Test
  void onAnotherNode(@TempDir Path otherState) throws Exception {
    try (Node another = Node.makeAnother()) {
      Datapath its = another.node.call(() -> Datapath.open(otherState, true));
      try (its;
          Ends here = steered(node, datapath, false);
          Ends there = steered(another, its, false)) {
        here.exchange("x");
        there.exchange("y");
        there.exchange("z");
        assertThat(connections(node, datapath)).isEqualTo(1);
        assertThat(connections(another, its)).isEqualTo(1);
        assertThat(bytes(node, datapath)).isEqualTo(EXCHANGED);
        assertThat(bytes(another, its)).isEqualTo(2 * EXCHANGED);
      }
    }
  }
}
