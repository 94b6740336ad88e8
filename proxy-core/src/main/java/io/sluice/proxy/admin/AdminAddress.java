package io.sluice.proxy.admin;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;

/** Reads the address of the admin server: loopback or a Unix socket, unless wider is allowed. */
final class AdminAddress {
  private static final String UNIX = "unix:";
  private static final int LAST_PORT = 65535;

  private AdminAddress() {}

  /**
   * Reads it.
   *
   * @param text {@code host:port} with a literal address, or {@code unix:PATH}
   * @param anyInterface whether an address that others can reach is fine
   * @throws IllegalArgumentException if it is neither, or reachable and that is not allowed
   */
  static SocketAddress parse(String text, boolean anyInterface) {
    if (text.startsWith(UNIX) && text.length() > UNIX.length()) {
      return UnixDomainSocketAddress.of(text.substring(UNIX.length()));
    }
    int colon = text.lastIndexOf(':');
    InetAddress host;
    int port;
    try {
      String literal = text.substring(0, Math.max(colon, 0));
      boolean bracketed = literal.startsWith("[") && literal.endsWith("]");
      host =
          InetAddress.ofLiteral(bracketed ? literal.substring(1, literal.length() - 1) : literal);
      port = Integer.parseInt(text.substring(colon + 1));
    } catch (IllegalArgumentException invalid) {
      throw new IllegalArgumentException(
          "admin address \"" + text + "\", expected ADDRESS:PORT or unix:PATH", invalid);
    }
    if (port < 0 || port > LAST_PORT) {
      throw new IllegalArgumentException(
          "admin address \"" + text + "\", expected a port of 0.." + LAST_PORT);
    }
    if (!host.isLoopbackAddress() && !anyInterface) {
      throw new IllegalArgumentException(
          "admin address \""
              + text
              + "\", expected a loopback address or unix:PATH;"
              + " to let others reach it, set admin.anyInterface: true in --config");
    }
    return new InetSocketAddress(host, port);
  }
}
