package io.sluice.proxy.pipeline;

import io.sluice.proxy.accept.Transport;
import io.sluice.proxy.origin.OriginLookup;
import io.sluice.proxy.origin.TransparentOrigin;
import io.sluice.proxy.spi.Limits;
import io.sluice.proxy.spi.SteeringSockets;

/**
 * What a proxy is made with.
 *
 * @param transport how the event loops talk to the kernel
 * @param eventLoops how many threads carry the connections, at least 1
 * @param bufferBytes the memory budget of all connections; leave the JVM's limit of direct memory
 *     well above it
 * @param limits the bounds of connections and requests
 * @param sockets marks and transparency
 * @param origins how the original destination is found
 */
public record ProxyConfig(
    Transport transport,
    int eventLoops,
    long bufferBytes,
    Limits limits,
    SteeringSockets sockets,
    OriginLookup origins) {

  private static final long BUFFER_BYTES = 48L * 1024 * 1024;

  /** Checks the number of loops. */
  public ProxyConfig {
    if (eventLoops < 1) {
      throw new IllegalArgumentException("eventLoops is " + eventLoops + ", expected 1 or more");
    }
  }

  /** For a node: transparent, marked; needs {@code CAP_NET_ADMIN}. */
  public static ProxyConfig steered(int eventLoops, Limits limits) {
    return new ProxyConfig(
        Transport.best(),
        eventLoops,
        BUFFER_BYTES,
        limits,
        SteeringSockets.STEERED,
        new TransparentOrigin());
  }

  /**
   * For tests and trials on addresses of this machine; needs no privilege. Clients connect to a
   * listener's own address.
   *
   * @param origins says, in place of the kernel, who the client is and where it meant to go
   */
  public static ProxyConfig local(Limits limits, OriginLookup origins) {
    return new ProxyConfig(
        Transport.best(), 1, BUFFER_BYTES, limits, SteeringSockets.PLAIN, origins);
  }

  /** The same on another transport. */
  public ProxyConfig on(Transport other) {
    return new ProxyConfig(other, eventLoops, bufferBytes, limits, sockets, origins);
  }

  /** The same with another memory budget, in bytes. */
  public ProxyConfig withBufferBytes(long bytes) {
    return new ProxyConfig(transport, eventLoops, bytes, limits, sockets, origins);
  }
}
