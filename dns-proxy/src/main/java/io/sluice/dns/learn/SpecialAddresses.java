package io.sluice.dns.learn;

import java.net.Inet6Address;
import java.net.InetAddress;

/** Tells addresses that a public name has from those that only rebinding gives it. */
final class SpecialAddresses {
  private static final int UNIQUE_LOCAL = 0xfc;
  private static final int UNIQUE_LOCAL_BITS = 0xfe;

  private SpecialAddresses() {}

  /**
   * Whether it is neither loopback, link-local (where cloud metadata is), private, unspecified nor
   * multicast.
   */
  static boolean isPublic(InetAddress address) {
    return !address.isLoopbackAddress()
        && !address.isLinkLocalAddress()
        && !address.isSiteLocalAddress()
        && !address.isAnyLocalAddress()
        && !address.isMulticastAddress()
        && !(address instanceof Inet6Address v6
            && (v6.getAddress()[0] & UNIQUE_LOCAL_BITS) == UNIQUE_LOCAL);
  }
}
