package io.sluice.app.ask;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;

/**
 * Asks one question of an agent's admin address, over a socket of the calling thread's own network
 * namespace.
 */
public final class AdminClient {
  /** Where an agent listens unless told otherwise. */
  public static final String DEFAULT_ADDRESS = "127.0.0.1:9901";

  private static final String UNIX = "unix:";
  private static final int BUFFER_BYTES = 16 * 1024;

  private AdminClient() {}

  /**
   * What came back.
   *
   * @param status the status code
   * @param body the body
   */
  public record Answer(int status, String body) {}

  /**
   * Sends a GET and waits for the whole answer.
   *
   * @param address {@code host:port} with a literal address, or {@code unix:PATH}
   * @param path such as {@code /status}
   * @throws IOException if nobody listens there, or what answers is no agent
   * @throws IllegalArgumentException if the address is neither of the two forms
   */
  public static Answer get(String address, String path) throws IOException {
    String request = "GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    try (SocketChannel channel = SocketChannel.open(parse(address))) {
      channel.write(ByteBuffer.wrap(request.getBytes(StandardCharsets.US_ASCII)));
      ByteArrayOutputStream answer = new ByteArrayOutputStream();
      ByteBuffer part = ByteBuffer.allocate(BUFFER_BYTES);
      while (channel.read(part) >= 0) {
        answer.write(part.array(), 0, part.position());
        part.clear();
      }
      return parse(path, answer.toString(StandardCharsets.UTF_8));
    }
  }

  private static Answer parse(String path, String answer) throws IOException {
    int headEnd = answer.indexOf("\r\n\r\n");
    if (headEnd < 0 || !answer.matches("(?s)HTTP/1\\.1 \\d{3} .*")) {
      throw new IOException("the answer to " + path + " is not that of an agent");
    }
    return new Answer(
        Integer.parseInt(answer.substring(9, 12)), answer.substring(headEnd + "\r\n\r\n".length()));
  }

  private static SocketAddress parse(String address) {
    if (address.startsWith(UNIX)) {
      return UnixDomainSocketAddress.of(address.substring(UNIX.length()));
    }
    int colon = address.lastIndexOf(':');
    if (colon < 0) {
      throw new IllegalArgumentException(
          "admin address: '" + address + "' (expected: host:port or unix:PATH)");
    }
    try {
      return new InetSocketAddress(
          InetAddress.ofLiteral(address.substring(0, colon).replaceAll("[\\[\\]]", "")),
          Integer.parseInt(address.substring(colon + 1)));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "admin address: '" + address + "' (expected: a literal address and a port)", e);
    }
  }
}
