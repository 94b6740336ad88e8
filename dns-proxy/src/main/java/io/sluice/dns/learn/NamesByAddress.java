package io.sluice.dns.learn;

import io.sluice.dns.match.DnsName;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * The names that each address has, as long as at least one endpoint has learned it so. Safe from
 * any thread.
 */
final class NamesByAddress {
  private final Map<InetAddress, Map<DnsName, Integer>> learned = new HashMap<>();

  /** An endpoint has learned it; true if none had before. */
  synchronized boolean add(DnsName name, InetAddress address) {
    return learned.computeIfAbsent(address, a -> new HashMap<>(4)).merge(name, 1, Integer::sum)
        == 1;
  }

  /** An endpoint has forgotten it; true if none has it any more. */
  synchronized boolean remove(DnsName name, InetAddress address) {
    Map<DnsName, Integer> counts = learned.get(address);
    if (counts == null || counts.merge(name, -1, Integer::sum) > 0) {
      return false;
    }
    counts.remove(name);
    if (counts.isEmpty()) {
      learned.remove(address);
    }
    return true;
  }

  /** The names of an address. */
  synchronized Set<DnsName> of(InetAddress address) {
    Map<DnsName, Integer> counts = learned.get(address);
    return counts == null ? Set.of() : Set.copyOf(counts.keySet());
  }
}
