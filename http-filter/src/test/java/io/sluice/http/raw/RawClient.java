package io.sluice.http.raw;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A client that sends bytes as they are and reads answers as strictly as it needs to. */
public final class RawClient implements AutoCloseable {
  private static final int PATIENCE_MILLIS = 10_000;

  private final Socket socket = new Socket();
  private final ByteArrayOutputStream received = new ByteArrayOutputStream();
  private String end = "open";

  /** Connects. */
  public RawClient(InetSocketAddress proxy) throws IOException {
    socket.connect(proxy, PATIENCE_MILLIS);
    socket.setSoTimeout(PATIENCE_MILLIS);
    socket.setTcpNoDelay(true);
  }

  /** The client's own port. */
  public int port() {
    return socket.getLocalPort();
  }

  /** Sends bytes; a connection that is reset meanwhile shows when reading. */
  public void send(byte[] bytes) throws IOException {
    try {
      socket.getOutputStream().write(bytes);
      socket.getOutputStream().flush();
    } catch (SocketException reset) {
      end = "reset";
    }
  }

  /** Sends FIN. */
  public void sendFin() throws IOException {
    socket.shutdownOutput();
  }

  /** Reads until this many answers are complete, or the end. */
  public void readAnswers(int count, boolean head) throws IOException {
    while (statuses(head).size() < count && read()) {
      // goes on
    }
  }

  /** Reads until this many bytes have come, or the end. */
  public void readBytes(int count) throws IOException {
    while (received.size() < count && read()) {
      // goes on
    }
  }

  /** Reads until the connection ends. */
  public void readToEnd() throws IOException {
    while (read()) {
      // goes on
    }
  }

  private boolean read() throws IOException {
    byte[] buffer = new byte[65536];
    try {
      InputStream in = socket.getInputStream();
      int n = in.read(buffer);
      if (n < 0) {
        // After a reset that a write has met, reading says no more than that there is nothing.
        end = end.equals("reset") ? end : "closed";
        return false;
      }
      received.write(buffer, 0, n);
      return true;
    } catch (SocketException reset) {
      end = "reset";
      return false;
    }
  }

  /** How the connection ended: {@code open}, {@code closed} or {@code reset}. */
  public String end() {
    return end;
  }

  /** All bytes received. */
  public byte[] received() {
    return received.toByteArray();
  }

  /** The codes of the answers that are complete. */
  public List<Integer> statuses(boolean head) {
    String text = received.toString(StandardCharsets.ISO_8859_1);
    List<Integer> statuses = new ArrayList<>();
    int at = 0;
    while (at < text.length()) {
      int headEnd = text.indexOf("\r\n\r\n", at);
      if (headEnd < 0) {
        break;
      }
      int status = Integer.parseInt(text.substring(at + 9, at + 12));
      String fields = text.substring(at, headEnd).toLowerCase(Locale.ROOT) + "\r\n";
      int next = headEnd + 4;
      boolean bodiless = head || status < 200 || status == 204 || status == 304;
      if (!bodiless && fields.contains("\r\ntransfer-encoding:")) {
        int last = text.indexOf("0\r\n", next);
        int end = last < 0 ? -1 : text.indexOf("\r\n\r\n", last);
        next = end < 0 ? Integer.MAX_VALUE : end + 4;
      } else if (!bodiless) {
        int length = fields.indexOf("\r\ncontent-length:");
        int from = length + "\r\ncontent-length:".length();
        next =
            length < 0
                ? (end.equals("open") ? Integer.MAX_VALUE : text.length())
                : next
                    + Integer.parseInt(
                        fields.substring(from, fields.indexOf("\r\n", from)).strip());
      }
      if (next > text.length()) {
        break;
      }
      statuses.add(status);
      at = next;
    }
    return statuses;
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
