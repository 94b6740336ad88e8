package io.sluice.proxy.origin;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import org.jspecify.annotations.Nullable;

/**
 * The origin of a transparently steered connection: the accepted socket's local address is the
 * original destination.
 *
 * <p>A connection whose destination is the listener itself was made straight to the proxy. It is
 * refused: serving it would make the proxy connect to itself, or act for a client that nobody
 * identified (a loop and a confused deputy).
 */
public final class TransparentOrigin implements OriginLookup {
  @Override
  public @Nullable Origin lookup(
      InetSocketAddress remote, InetSocketAddress local, InetSocketAddress listener) {
    InetSocketAddress client = plain(remote);
    InetSocketAddress destination = plain(local);
    return destination.equals(plain(listener)) ? null : new Origin(client, destination);
  }

  /** An IPv4 address that came in an IPv6 socket ({@code ::ffff:a.b.c.d}) as what it is. */
  private static InetSocketAddress plain(InetSocketAddress address) {
    try {
      InetAddress ip = InetAddress.getByAddress(address.getAddress().getAddress());
      return new InetSocketAddress(ip, address.getPort());
    } catch (UnknownHostException impossible) {
      throw new IllegalStateException("an address of neither 4 nor 16 bytes", impossible);
    }
  }
}
