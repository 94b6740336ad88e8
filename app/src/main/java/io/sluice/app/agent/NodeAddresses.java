package io.sluice.app.agent;

import java.net.InetAddress;
import java.net.InterfaceAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.LinkedHashSet;
import java.util.Set;

/** Every address that the node itself holds, link-local gateways included. */
final class NodeAddresses {
  private NodeAddresses() {}

  /** Reads them anew, without scopes. */
  static Set<InetAddress> read() throws SocketException {
    Set<InetAddress> addresses = new LinkedHashSet<>();
    var interfaces = NetworkInterface.networkInterfaces().iterator();
    while (interfaces.hasNext()) {
      for (InterfaceAddress address : interfaces.next().getInterfaceAddresses()) {
        addresses.add(withoutScope(address.getAddress()));
      }
    }
    return addresses;
  }

  private static InetAddress withoutScope(InetAddress address) {
    try {
      return InetAddress.getByAddress(address.getAddress());
    } catch (UnknownHostException e) {
      throw new IllegalStateException("an address of 4 or 16 bytes", e);
    }
  }
}
