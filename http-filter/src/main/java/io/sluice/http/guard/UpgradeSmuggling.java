package io.sluice.http.guard;

/**
 * Keeps tunnels to what was judged: the only upgrade is WebSocket, asked for by a plain GET without
 * a body (RFC 6455 4.1), and answered with the 101 that was asked for.
 *
 * <p>{@code h2c} and every other protocol never reaches a server, since what follows the switch
 * could not be judged ("h2c smuggling").
 */
public final class UpgradeSmuggling {
  private static final byte[] WEBSOCKET = Octets.ascii("websocket");

  private UpgradeSmuggling() {}

  /** Whether the value of an Upgrade field is exactly the one protocol that is let through. */
  public static boolean isWebSocket(byte[] bytes, int from, int to) {
    return Octets.equalsIgnoreCase(bytes, from, to, WEBSOCKET);
  }

  /**
   * Refuses a WebSocket handshake that is no plain GET.
   *
   * @param get whether the method is GET
   * @param http10 whether the version is HTTP/1.0
   * @param body whether a body follows
   */
  public static void handshake(boolean get, boolean http10, boolean body) throws Rejected {
    if (!get || http10 || body) {
      throw Rejected.malformed("a WebSocket handshake must be a GET of HTTP/1.1 without a body");
    }
  }

  /**
   * Refuses a 101 that was not asked for or does not switch to WebSocket.
   *
   * @param asked whether the request was a WebSocket handshake
   * @param granted whether the answer says {@code Upgrade: websocket} and {@code Connection:
   *     upgrade}
   */
  public static void switching(boolean asked, boolean granted) throws Rejected {
    if (!asked) {
      throw Rejected.malformed("an unasked 101");
    }
    if (!granted) {
      throw Rejected.malformed("a 101 that does not switch to WebSocket");
    }
  }
}
