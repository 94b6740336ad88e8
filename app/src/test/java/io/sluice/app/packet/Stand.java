package io.sluice.app.packet;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.app.lab.NetworkNamespace;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A namespace whose every delivered packet is heard, and which opens and answers conversations of
 * every {@link Wire}. For one thread; {@link #listen} has to be called again and again.
 */
final class Stand implements AutoCloseable {
  private final NetworkNamespace network;
  private final List<Ear> ears = new ArrayList<>();
  private final List<DatagramChannel> echoes = new ArrayList<>();
  private final Map<Sender, RawSocket> senders = new HashMap<>();
  private final Map<Integer, SocketChannel> connections = new HashMap<>();
  private final List<AutoCloseable> others = new ArrayList<>();
  private final Set<Heard> openings = new HashSet<>();
  private final Set<Heard> answers = new HashSet<>();

  private record Ear(Wire wire, boolean v6, RawSocket socket) {}

  private record Sender(Wire wire, InetAddress address) {}

  private record Heard(Wire wire, boolean v6, int port) {}

  Stand(NetworkNamespace network) {
    this.network = network;
    for (Wire wire : Wire.values()) {
      for (boolean v6 : new boolean[] {false, true}) {
        ears.add(new Ear(wire, v6, RawSocket.hearing(network, v6, wire.number(v6))));
      }
    }
  }

  /** Accepts connections and echoes datagrams there; INITs are answered everywhere. */
  void serve(InetAddress address, int port) {
    InetSocketAddress at = new InetSocketAddress(address, port);
    network.call(
        () -> {
          ServerSocketChannel server = ServerSocketChannel.open();
          others.add(server.bind(at, 500));
          DatagramChannel echo = DatagramChannel.open();
          echo.bind(at).configureBlocking(false);
          echoes.add(echo);
          return null;
        });
  }

  /**
   * Sends the packet that opens a conversation; does not wait for anything. That the node's own is
   * refused on the spot, as nftables does it, is no answer either.
   */
  void open(Wire wire, InetSocketAddress from, InetSocketAddress to) {
    network.call(
        () -> {
          try {
            send(wire, from, to);
          } catch (IOException refused) {
            assertThat(refused).hasMessageMatching("Operation not permitted|sendto: errno 1");
          }
          return null;
        });
  }

  private void send(Wire wire, InetSocketAddress from, InetSocketAddress to) throws IOException {
    switch (wire) {
      case TCP -> {
        SocketChannel connection = SocketChannel.open();
        connection.configureBlocking(false);
        connection.bind(from).connect(to);
        connections.put(from.getPort(), connection);
      }
      case UDP -> {
        DatagramChannel channel = DatagramChannel.open();
        others.add(channel.bind(from));
        channel.send(ByteBuffer.wrap("a datagram".getBytes()), to);
      }
      case SCTP, PING ->
          sender(wire, from.getAddress())
              .send(
                  to.getAddress(),
                  wire.opening(from.getAddress(), to.getAddress(), from.getPort(), to.getPort()));
    }
  }

  private RawSocket sender(Wire wire, InetAddress address) {
    boolean v6 = address.getAddress().length == 16;
    return senders.computeIfAbsent(
        new Sender(wire, address), _ -> RawSocket.at(network, address, wire.number(v6)));
  }

  /** Takes note of what has arrived, and answers it. */
  void listen() throws IOException {
    for (Ear ear : ears) {
      for (byte[] packet : ear.socket.heard()) {
        byte[] payload = ear.v6 ? packet : java.util.Arrays.copyOfRange(packet, 20, packet.length);
        if (ear.wire.opens(ear.v6, payload)) {
          openings.add(new Heard(ear.wire, ear.v6, ear.wire.sourcePort(payload)));
        }
        if (ear.wire.answers(ear.v6, payload)) {
          answers.add(new Heard(ear.wire, ear.v6, ear.wire.destinationPort(payload)));
        }
      }
    }
    for (DatagramChannel echo : echoes) {
      ByteBuffer datagram = ByteBuffer.allocate(100);
      for (SocketAddress from = echo.receive(datagram);
          from != null;
          from = echo.receive(datagram.clear())) {
        echo.send(datagram.flip(), from);
      }
    }
  }

  /** Answers an INIT that was heard. */
  void acknowledge(InetAddress address, int port, InetSocketAddress to) throws IOException {
    sender(Wire.SCTP, address).send(to.getAddress(), Wire.initAck(port, to.getPort()));
  }

  /** Whether a packet with this source port, or this id, has arrived that opens something. */
  boolean wasOpened(Wire wire, boolean v6, int port) {
    return openings.contains(new Heard(wire, v6, port));
  }

  /** Whether what was opened from this port, or with this id, was answered. */
  boolean wasAnswered(Wire wire, boolean v6, int port) throws IOException {
    boolean heard = answers.contains(new Heard(wire, v6, port));
    return wire == Wire.TCP ? heard && connections.get(port).finishConnect() : heard;
  }

  @Override
  public void close() throws Exception {
    List<AutoCloseable> all = new ArrayList<>(others);
    all.addAll(connections.values());
    all.addAll(echoes);
    all.addAll(senders.values());
    ears.forEach(ear -> all.add(ear.socket));
    for (AutoCloseable one : all) {
      one.close();
    }
  }
}
