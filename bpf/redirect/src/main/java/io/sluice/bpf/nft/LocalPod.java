package io.sluice.bpf.nft;

import io.sluice.bpf.steer.EndpointEntry;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.Collection;
import java.util.stream.Collectors;

/**
 * A pod of this node, as rules name it.
 *
 * @param entry what is known of it
 */
record LocalPod(EndpointEntry entry) {
  /** So that a name can't be anything but a name in a script. */
  private static final String NAME = "[A-Za-z0-9_.@-]{1,15}";

  /** Whether the name of an interface can be written into a script. */
  static boolean isWritable(String hostInterface) {
    return hostInterface.matches(NAME);
  }

  String quotedInterface() {
    return '"' + entry.hostInterface() + '"';
  }

  /** Its addresses of a family as elements of a set; empty if it has none. */
  static String addresses(Collection<LocalPod> pods, boolean ipv6) {
    return pods.stream()
        .flatMap(pod -> pod.entry.addresses().stream())
        .filter(address -> address instanceof Inet4Address != ipv6)
        .map(InetAddress::getHostAddress)
        .distinct()
        .collect(Collectors.joining(", "));
  }
}
