package io.sluice.dns;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/** A name server on loopback, UDP and TCP on one port, that answers as a script says. */
public final class NameServer implements AutoCloseable {
  private static final int HEADER_BYTES = 12;

  private final DatagramSocket udp;
  private final ServerSocket tcp;
  private final Script script;
  private final List<byte[]> received = new CopyOnWriteArrayList<>();
  private final List<InetSocketAddress> askers = new CopyOnWriteArrayList<>();
  private final List<Socket> connections = new CopyOnWriteArrayList<>();

  /** What the server says. */
  @FunctionalInterface
  public interface Script {
    /**
     * Answers a query by any number of messages.
     *
     * @param query as it came
     * @param answers sends one; may be called later too
     * @param overTcp how the query came
     */
    void answer(byte[] query, Answers answers, boolean overTcp) throws IOException;
  }

  /** Sends answers to one query. */
  @FunctionalInterface
  public interface Answers {
    /** Sends one. */
    void send(byte[] message) throws IOException;
  }

  public NameServer(Script script) throws IOException {
    this.script = script;
    InetAddress loopback = InetAddress.ofLiteral("127.0.0.1");
    this.tcp = new ServerSocket(0, 50, loopback);
    this.udp = new DatagramSocket(new InetSocketAddress(loopback, tcp.getLocalPort()));
    Thread.ofPlatform().daemon().start(this::serveUdp);
    Thread.ofPlatform().daemon().start(this::serveTcp);
  }

  /** One that gives every name these records. */
  public static NameServer giving(Record... records) throws IOException {
    return new NameServer((query, answers, overTcp) -> answers.send(reply(query, records)));
  }

  /** The answer to a query with these records in its answer section. */
  public static byte[] reply(byte[] query, Record... records) throws IOException {
    Message asked = new Message(query);
    Message answer = new Message(asked.getHeader().getID());
    answer.getHeader().setFlag(Flags.QR);
    answer.addRecord(asked.getQuestion(), Section.QUESTION);
    for (Record record : records) {
      answer.addRecord(record, Section.ANSWER);
    }
    return answer.toWire();
  }

  /** Sends what is not the answer to a query of {@code a.example.com}, but for little. */
  static void forge(byte[] right, Answers answers) throws IOException {
    byte[] wrongNumber = right.clone();
    wrongNumber[0] ^= 1;
    byte[] otherName = right.clone();
    otherName[HEADER_BYTES + 1] = 'b';
    byte[] otherType = right.clone();
    otherType[HEADER_BYTES + "\1a\7example\3com\0".length() + 1] = Type.AAAA;
    byte[] stillAQuery = right.clone();
    stillAQuery[2] &= 0x7f;
    byte[] noQuestion = right.clone();
    noQuestion[5] = 0;
    byte[] cut = new byte[3];
    byte[] empty = new byte[0];
    for (byte[] forged :
        List.of(wrongNumber, otherName, otherType, stillAQuery, noQuestion, cut, empty)) {
      answers.send(forged);
    }
  }

  public InetSocketAddress address() {
    return new InetSocketAddress(tcp.getInetAddress(), tcp.getLocalPort());
  }

  /** Every query, as it came. */
  public List<byte[]> received() {
    return received;
  }

  /** Where each query over UDP came from. */
  public List<InetSocketAddress> askers() {
    return askers;
  }

  /** Closes every connection that clients have. */
  public void closeConnections() throws IOException {
    for (Socket connection : connections) {
      connection.close();
    }
  }

  private void serveUdp() {
    byte[] buffer = new byte[65_535];
    while (!udp.isClosed()) {
      try {
        DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
        udp.receive(packet);
        byte[] query = java.util.Arrays.copyOf(packet.getData(), packet.getLength());
        InetSocketAddress from = (InetSocketAddress) packet.getSocketAddress();
        askers.add(from);
        received.add(query);
        script.answer(
            query, message -> udp.send(new DatagramPacket(message, message.length, from)), false);
      } catch (IOException ended) {
        // The socket was closed, or one query could not be answered.
      }
    }
  }

  private void serveTcp() {
    while (!tcp.isClosed()) {
      try {
        Socket connection = tcp.accept();
        connections.add(connection);
        Thread.ofPlatform().daemon().start(() -> serve(connection));
      } catch (IOException ended) {
        return;
      }
    }
  }

  private void serve(Socket connection) {
    try (connection) {
      DataInputStream in = new DataInputStream(connection.getInputStream());
      DataOutputStream out = new DataOutputStream(connection.getOutputStream());
      while (true) {
        byte[] query = in.readNBytes(in.readUnsignedShort());
        received.add(query);
        script.answer(
            query,
            message -> {
              synchronized (out) {
                out.writeShort(message.length);
                out.write(message);
                out.flush();
              }
            },
            true);
      }
    } catch (IOException ended) {
      // The client has closed the connection.
    }
  }

  @Override
  public void close() {
    try {
      udp.close();
      tcp.close();
      closeConnections();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
