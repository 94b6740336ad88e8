package io.sluice.dns;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import org.xbill.DNS.Message;

/** A client with one TCP connection, which no resolver library stands before. */
final class TcpAsker implements AutoCloseable {
  private final Socket socket = new Socket();
  private final DataInputStream in;

  TcpAsker(InetSocketAddress server) throws IOException {
    socket.connect(server);
    socket.setSoTimeout(5_000);
    socket.setTcpNoDelay(true);
    in = new DataInputStream(socket.getInputStream());
  }

  /** Sends them all in one piece. */
  void send(byte[]... messages) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    for (byte[] message : messages) {
      out.writeShort(message.length);
      out.write(message);
    }
    socket.getOutputStream().write(bytes.toByteArray());
  }

  void sendByte(int value) throws IOException {
    socket.getOutputStream().write(value);
  }

  /** The next message; fails if none comes within 5 s. */
  Message receive() throws IOException {
    return new Message(in.readNBytes(in.readUnsignedShort()));
  }

  /** Says that it will send nothing more. */
  void endOutput() throws IOException {
    socket.shutdownOutput();
  }

  /** Whether nothing more comes; waits for it. */
  boolean hasEnded() throws IOException {
    return in.read() < 0;
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
