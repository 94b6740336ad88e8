package io.sluice.app.live;

import io.sluice.app.lab.Pod;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Asks a name server as a pod; one at another port than 53 is written {@code address#port}. */
final class Lookup {
  static final int A = 1;
  static final int AAAA = 28;
  static final int HTTPS = 65;
  static final int REFUSED = 5;
  static final int SERVER_FAILURE = 2;
  static final int NAME_ERROR = 3;
  static final int TIMEOUT_MILLIS = 5_000;

  private Lookup() {}

  /** What came back. */
  record Answer(int id, int code, boolean truncated, List<String> addresses, byte[] message) {}

  /** Over UDP; fails if there is no answer within 5 s, or one from elsewhere. */
  static Answer udp(Pod pod, String server, String name, int type) {
    try (DatagramSocket socket = udp(pod, server)) {
      return udp(socket, name, type);
    } catch (IOException e) {
      throw new UncheckedIOException("asking " + server + " for " + name, e);
    }
  }

  /** A socket of the pod that is connected to a server. */
  static DatagramSocket udp(Pod pod, String server) {
    return pod.network()
        .call(
            () -> {
              DatagramSocket socket = new DatagramSocket();
              socket.setSoTimeout(TIMEOUT_MILLIS);
              socket.connect(at(server));
              return socket;
            });
  }

  /** Over UDP once more, from the same port. */
  static Answer udp(DatagramSocket socket, String name, int type) throws IOException {
    return read(exchange(socket, query(4711, name, type)));
  }

  /** Sends bytes over UDP; what came back, or null if nothing did in a second. */
  static byte[] raw(Pod pod, String server, byte[] message) {
    return raw(pod, server, message, 1_000);
  }

  /** The same in another time. */
  static byte[] raw(Pod pod, String server, byte[] message, int millis) {
    return pod.network()
        .call(
            () -> {
              try (DatagramSocket socket = new DatagramSocket()) {
                socket.setSoTimeout(millis);
                socket.connect(at(server));
                return exchange(socket, message);
              } catch (SocketTimeoutException silence) {
                return null;
              }
            });
  }

  /** Over TCP, all on one connection, sent before the first answer is read. */
  static List<Answer> tcp(Pod pod, String server, int type, String... names) {
    try (Socket socket = tcp(pod, server)) {
      return tcp(socket, type, names);
    } catch (IOException e) {
      throw new UncheckedIOException("asking " + server, e);
    }
  }

  /** A connection of the pod to a server. */
  static Socket tcp(Pod pod, String server) {
    return tcp(pod, server, 0);
  }

  /** One from a certain port of the pod. */
  static Socket tcp(Pod pod, String server, int port) {
    return pod.network()
        .call(
            () -> {
              Socket socket = new Socket();
              socket.bind(new InetSocketAddress(port));
              socket.setSoTimeout(TIMEOUT_MILLIS);
              socket.connect(at(server), TIMEOUT_MILLIS);
              return socket;
            });
  }

  private static InetSocketAddress at(String server) {
    String[] parts = server.split("#", 2);
    int port = parts.length == 1 ? 53 : Integer.parseInt(parts[1]);
    return new InetSocketAddress(InetAddress.ofLiteral(parts[0]), port);
  }

  /** Over TCP once more, on the same connection. */
  static List<Answer> tcp(Socket socket, int type, String... names) throws IOException {
    DataOutputStream out = new DataOutputStream(socket.getOutputStream());
    for (int i = 0; i < names.length; i++) {
      byte[] query = query(i, names[i], type);
      out.writeShort(query.length);
      out.write(query);
    }
    DataInputStream in = new DataInputStream(socket.getInputStream());
    List<Answer> answers = new ArrayList<>();
    while (answers.size() < names.length) {
      answers.add(read(in.readNBytes(in.readUnsignedShort())));
    }
    return answers;
  }

  /** Asks for the addresses of {@code q0} and so on under one number, from one port, at once. */
  static List<Answer> burst(Pod pod, String server, int count) {
    return pod.network()
        .call(
            () -> {
              try (DatagramSocket socket = new DatagramSocket()) {
                socket.setSoTimeout(TIMEOUT_MILLIS);
                socket.connect(at(server));
                for (int i = 0; i < count; i++) {
                  send(socket, query(7, "q" + i + ".amazonaws.com", A));
                }
                List<Answer> answers = new ArrayList<>();
                while (answers.size() < count) {
                  answers.add(read(receive(socket)));
                }
                return answers;
              }
            });
  }

  private static byte[] exchange(DatagramSocket socket, byte[] message) throws IOException {
    send(socket, message);
    return receive(socket);
  }

  /** Sends bytes and waits for nothing. */
  static void send(DatagramSocket socket, byte[] message) throws IOException {
    socket.send(new DatagramPacket(message, message.length));
  }

  /** The next message; fails if none comes within 5 s. */
  static byte[] receive(DatagramSocket socket) throws IOException {
    DatagramPacket answer = new DatagramPacket(new byte[65_535], 65_535);
    socket.receive(answer);
    return Arrays.copyOf(answer.getData(), answer.getLength());
  }

  static byte[] query(int id, String name, int type) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.writeShort(id);
    out.writeShort(0x0100);
    out.writeLong(1L << 48);
    for (String label : name.split("\\.")) {
      out.writeByte(label.length());
      out.write(label.getBytes(StandardCharsets.US_ASCII));
    }
    out.writeByte(0);
    out.writeShort(type);
    out.writeShort(1);
    return bytes.toByteArray();
  }

  /** Reads answers of {@link io.sluice.app.lab.Zone} and of the agent. */
  static Answer read(byte[] message) throws IOException {
    ByteBuffer in = ByteBuffer.wrap(message);
    int at = 12;
    while (message[at] != 0) {
      at += 1 + message[at];
    }
    at += 5;
    List<String> addresses = new ArrayList<>();
    for (int left = in.getShort(6); left > 0; left--) {
      int length = in.getShort(at + 10);
      addresses.add(
          InetAddress.getByAddress(Arrays.copyOfRange(message, at + 12, at + 12 + length))
              .getHostAddress());
      at += 12 + length;
    }
    return new Answer(
        in.getShort(0) & 0xffff, message[3] & 15, (message[2] & 2) != 0, addresses, message);
  }
}
