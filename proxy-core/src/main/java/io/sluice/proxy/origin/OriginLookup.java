package io.sluice.proxy.origin;

import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** Finds out where the client of an accepted connection meant to go. */
@FunctionalInterface
public interface OriginLookup {

  /**
   * Looks at an accepted connection.
   *
   * @param remote the accepted socket's remote address
   * @param local the accepted socket's local address
   * @param listener the listener's own address
   * @return both ends, or null if the connection was not steered and must be refused
   */
  @Nullable Origin lookup(
      InetSocketAddress remote, InetSocketAddress local, InetSocketAddress listener);
}
