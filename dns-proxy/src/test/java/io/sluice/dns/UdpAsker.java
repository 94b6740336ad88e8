package io.sluice.dns;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.util.Arrays;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Type;

/** A client with one UDP port, which no resolver library stands before. */
public final class UdpAsker implements AutoCloseable {
  private final DatagramSocket socket;
  private final InetSocketAddress server;

  public UdpAsker(InetSocketAddress server) throws IOException {
    this.server = server;
    this.socket = new DatagramSocket(0, InetAddress.ofLiteral("127.0.0.1"));
    socket.setReceiveBufferSize(1 << 20);
  }

  /** A query for the addresses of a name. */
  public static byte[] query(int id, String name) throws IOException {
    return query(id, name, Type.A).toWire();
  }

  /** A query that can be changed further. */
  public static Message query(int id, String name, int type) throws IOException {
    Message message = Message.newQuery(Record.newRecord(Name.fromString(name), type, DClass.IN));
    message.getHeader().setID(id);
    return message;
  }

  public void send(byte[] message) throws IOException {
    socket.send(new DatagramPacket(message, message.length, server));
  }

  /** The next message; null if none comes for so long. */
  public byte[] receive(int millis) throws IOException {
    socket.setSoTimeout(millis);
    DatagramPacket packet = new DatagramPacket(new byte[65_535], 65_535);
    try {
      socket.receive(packet);
    } catch (SocketTimeoutException none) {
      return null;
    }
    if (!packet.getSocketAddress().equals(server)) {
      throw new IOException("an answer from " + packet.getSocketAddress());
    }
    return Arrays.copyOf(packet.getData(), packet.getLength());
  }

  /** Asks and waits for the answer. */
  public byte[] ask(byte[] message) throws IOException {
    send(message);
    byte[] answer = receive(5_000);
    if (answer == null) {
      throw new IOException("no answer within 5 s");
    }
    return answer;
  }

  @Override
  public void close() {
    socket.close();
  }
}
