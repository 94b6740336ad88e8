package io.sluice.http.raw;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;

/** A server that keeps every byte it receives and gives a scripted answer to each request. */
public final class RecordingServer implements AutoCloseable {
  /** The answer where a case has none. */
  public static final byte[] OK =
      "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok".getBytes(StandardCharsets.ISO_8859_1);

  private final ServerSocket listener = new ServerSocket(0, 64, InetAddress.ofLiteral("127.0.0.1"));
  private final List<ByteArrayOutputStream> received = new CopyOnWriteArrayList<>();
  private final List<Socket> sockets = new CopyOnWriteArrayList<>();
  private final byte[] answer;
  private final String end;

  /**
   * Starts to listen on loopback.
   *
   * @param answer to each request but the probe, or null for {@link #OK}
   * @param end {@code closes} or {@code resets} after the answer, or empty
   */
  public RecordingServer(byte[] answer, String end) throws IOException {
    this.answer = answer == null ? OK : answer;
    this.end = end;
    Thread.ofVirtual().start(this::accept);
  }

  /** Where it listens. */
  public InetSocketAddress address() {
    return (InetSocketAddress) listener.getLocalSocketAddress();
  }

  /** All bytes received, connection after connection. */
  public byte[] received() {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    received.forEach(one -> all.writeBytes(one.toByteArray()));
    return all.toByteArray();
  }

  /** How many connections were accepted. */
  public int connections() {
    return received.size();
  }

  @Override
  public void close() throws IOException {
    listener.close();
    for (Socket socket : sockets) {
      socket.close();
    }
  }

  private void accept() {
    try {
      while (true) {
        Socket socket = listener.accept();
        sockets.add(socket);
        ByteArrayOutputStream record = new ByteArrayOutputStream();
        received.add(record);
        Thread.ofVirtual().start(() -> serve(socket, record));
      }
    } catch (IOException closed) {
      // The test has ended.
    }
  }

  private void serve(Socket socket, ByteArrayOutputStream record) {
    StringBuilder pending = new StringBuilder();
    boolean echo = false;
    try (socket;
        InputStream in = socket.getInputStream();
        OutputStream out = socket.getOutputStream()) {
      byte[] buffer = new byte[65536];
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        record.write(buffer, 0, n);
        if (echo) {
          out.write(buffer, 0, n);
          continue;
        }
        pending.append(new String(buffer, 0, n, StandardCharsets.ISO_8859_1));
        for (int length = length(pending); length > 0; length = length(pending)) {
          boolean probe = pending.indexOf("GET /public/probe ") == 0;
          pending.delete(0, length);
          out.write(probe ? OK : answer);
          if (!probe && end.equals("resets")) {
            socket.setSoLinger(true, 0);
          }
          if (!probe && !end.isEmpty()) {
            return;
          }
          echo = new String(answer, StandardCharsets.ISO_8859_1).startsWith("HTTP/1.1 101");
        }
      }
    } catch (IOException ended) {
      // The proxy has reset the connection, or the test has ended.
    }
  }

  /** The length of the request at the start, or 0 if it is not complete. */
  private static int length(CharSequence pending) {
    String text = pending.toString();
    int head = text.indexOf("\r\n\r\n");
    if (head < 0) {
      return 0;
    }
    String fields = text.substring(0, head).toLowerCase(Locale.ROOT) + "\r\n";
    int body = head + 4;
    if (fields.contains("\r\ntransfer-encoding:")) {
      return chunked(text, body);
    }
    int length = fields.indexOf("\r\ncontent-length:");
    if (length >= 0) {
      int from = length + "\r\ncontent-length:".length();
      body += Integer.parseInt(fields.substring(from, fields.indexOf("\r\n", from)).strip());
    }
    return body <= text.length() ? body : 0;
  }

  private static int chunked(String text, int from) {
    int at = from;
    while (true) {
      int line = text.indexOf("\r\n", at);
      if (line < 0) {
        return 0;
      }
      int size = Integer.parseInt(text.substring(at, line), 16);
      at = line + 2;
      if (size == 0) {
        int end = text.indexOf("\r\n\r\n", line);
        return end < 0 ? 0 : end + 4;
      }
      at += size + 2;
      if (at > text.length()) {
        return 0;
      }
    }
  }
}
