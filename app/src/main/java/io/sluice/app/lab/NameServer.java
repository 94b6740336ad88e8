package io.sluice.app.lab;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A name server inside a namespace, over UDP and TCP on both families. */
public final class NameServer implements AutoCloseable {
  private static final int MOST_BYTES = 65_535;
  private static final int BACKLOG = 50;

  private final DatagramSocket udp;
  private final ServerSocket tcp;
  private final Answers answers;
  private final Set<InetAddress> askers = ConcurrentHashMap.newKeySet();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  /** What it says. */
  @FunctionalInterface
  public interface Answers {
    /**
     * The messages to send for one that has come, in their order; none to stay silent.
     *
     * @param overTcp whether it has come over TCP
     */
    List<byte[]> to(byte[] message, boolean overTcp) throws InterruptedException;
  }

  private NameServer(DatagramSocket udp, ServerSocket tcp, Answers answers) {
    this.udp = udp;
    this.tcp = tcp;
    this.answers = answers;
  }

  /**
   * Starts one.
   *
   * @param address where; of a machine with several addresses not the wildcard, for then it might
   *     answer from another one than it was asked at
   */
  public static NameServer start(
      NetworkNamespace network, InetSocketAddress address, Answers answers) {
    NameServer server =
        network.call(
            () ->
                new NameServer(
                    bound(address),
                    new ServerSocket(address.getPort(), BACKLOG, address.getAddress()),
                    answers));
    server.threads.execute(server::receive);
    server.threads.execute(server::accept);
    return server;
  }

  /** As name servers on a node must be, for the proxy to answer beside them. */
  private static DatagramSocket bound(InetSocketAddress address) throws IOException {
    DatagramSocket socket = new DatagramSocket(null);
    socket.setReuseAddress(true);
    socket.bind(address);
    return socket;
  }

  /** Who has asked it up to now. */
  public Set<InetAddress> askers() {
    return Set.copyOf(askers);
  }

  private void receive() {
    while (!udp.isClosed()) {
      try {
        DatagramPacket query = new DatagramPacket(new byte[MOST_BYTES], MOST_BYTES);
        udp.receive(query);
        askers.add(query.getAddress());
        threads.execute(() -> answer(query));
      } catch (IOException closed) {
        // Ends with the socket; a single error must not end it.
      }
    }
  }

  private void answer(DatagramPacket query) {
    try {
      for (byte[] answer : answers.to(Arrays.copyOf(query.getData(), query.getLength()), false)) {
        udp.send(new DatagramPacket(answer, answer.length, query.getSocketAddress()));
      }
    } catch (IOException gone) {
      // The client asks again.
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }

  private void accept() {
    while (!tcp.isClosed()) {
      try {
        Socket client = tcp.accept();
        askers.add(client.getInetAddress());
        threads.execute(() -> serve(client));
      } catch (IOException closed) {
        // Ends with the socket.
      }
    }
  }

  private void serve(Socket client) {
    try (client) {
      DataInputStream in = new DataInputStream(client.getInputStream());
      DataOutputStream out = new DataOutputStream(client.getOutputStream());
      while (true) {
        byte[] query = in.readNBytes(in.readUnsignedShort());
        for (byte[] answer : answers.to(query, true)) {
          byte[] framed = new byte[2 + answer.length];
          framed[0] = (byte) (answer.length >> 8);
          framed[1] = (byte) answer.length;
          System.arraycopy(answer, 0, framed, 2, answer.length);
          out.write(framed);
        }
      }
    } catch (IOException gone) {
      // The client has closed it.
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() throws IOException {
    udp.close();
    tcp.close();
    threads.shutdownNow();
  }
}
