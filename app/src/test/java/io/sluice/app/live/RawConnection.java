package io.sluice.app.live;

import io.sluice.app.lab.NetworkNamespace;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** One TCP connection out of a namespace, on which a test writes bytes and reads answers. */
final class RawConnection implements AutoCloseable {
  private static final int TIMEOUT_MILLIS = 5_000;

  private final Socket socket;
  private final InputStream in;
  private final OutputStream out;

  private RawConnection(Socket socket) throws IOException {
    this.socket = socket;
    in = new BufferedInputStream(socket.getInputStream());
    out = socket.getOutputStream();
  }

  /** An answer: its code and its body. */
  record Answer(int status, String head, String body) {}

  /** From a port that is chosen before it is known where to, as programs do that bind. */
  static RawConnection open(NetworkNamespace from, String source, String destination, int port) {
    return open(from, new InetSocketAddress(InetAddress.ofLiteral(source), 0), destination, port);
  }

  /** From the address and the port that the kernel chooses as it connects. */
  static RawConnection open(NetworkNamespace from, String destination, int port) {
    return open(from, (InetSocketAddress) null, destination, port);
  }

  private static RawConnection open(
      NetworkNamespace from, @Nullable InetSocketAddress source, String destination, int port) {
    return from.call(
        () -> {
          Socket socket = new Socket();
          if (source != null) {
            socket.bind(source);
          }
          socket.setSoTimeout(TIMEOUT_MILLIS);
          socket.setTcpNoDelay(true);
          socket.connect(
              new InetSocketAddress(InetAddress.ofLiteral(destination), port), TIMEOUT_MILLIS);
          return new RawConnection(socket);
        });
  }

  /**
   * What a peer that no rule allows gets: whether within a second nothing came but a refusal.
   *
   * @return true if the connection did not come about, or ended without a byte
   */
  static boolean noByte(NetworkNamespace from, String source, String destination, int port) {
    return from.call(
        () -> {
          try (Socket socket = new Socket()) {
            socket.bind(new InetSocketAddress(InetAddress.ofLiteral(source), 0));
            socket.connect(new InetSocketAddress(InetAddress.ofLiteral(destination), port), 1_000);
            socket.setSoTimeout(1_000);
            socket.getOutputStream().write(request("GET", "/api/v1/data").getBytes());
            return socket.getInputStream().read() < 0;
          } catch (SocketTimeoutException | java.net.SocketException dropped) {
            return true;
          }
        });
  }

  static String request(String method, String target, String... headers) {
    StringBuilder text =
        new StringBuilder(method + " " + target + " HTTP/1.1\r\nHost: service\r\n");
    for (String header : headers) {
      text.append(header).append("\r\n");
    }
    return text.append("\r\n").toString();
  }

  RawConnection send(String text) throws IOException {
    out.write(text.getBytes(StandardCharsets.ISO_8859_1));
    out.flush();
    return this;
  }

  Answer ask(String request) throws IOException {
    return send(request).read(false);
  }

  int status(String method, String target, String... headers) throws IOException {
    return ask(request(method, target, headers)).status();
  }

  /** Reads one answer with a Content-Length, or a head only. */
  Answer read(boolean headOnly) throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int next = in.read();
      if (next < 0) {
        throw new EOFException("the connection ended after: " + head);
      }
      head.append((char) next);
    }
    int length = 0;
    for (String line : head.toString().split("\r\n")) {
      if (line.toLowerCase(java.util.Locale.ROOT).startsWith("content-length:")) {
        length = Integer.parseInt(line.substring(line.indexOf(':') + 1).strip());
      }
    }
    byte[] body = headOnly ? new byte[0] : in.readNBytes(length);
    return new Answer(
        Integer.parseInt(head.substring(9, 12)),
        head.toString(),
        new String(body, StandardCharsets.ISO_8859_1));
  }

  InputStream in() {
    return in;
  }

  OutputStream out() {
    return out;
  }

  void readTimeout(Duration timeout) throws IOException {
    socket.setSoTimeout((int) timeout.toMillis());
  }

  /** Waits until the other side has closed or reset; whatever comes before that is dropped. */
  void awaitEnd() throws IOException {
    try {
      in.transferTo(OutputStream.nullOutputStream());
    } catch (SocketTimeoutException e) {
      throw e;
    } catch (java.net.SocketException reset) {
      // As good an end as any.
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
