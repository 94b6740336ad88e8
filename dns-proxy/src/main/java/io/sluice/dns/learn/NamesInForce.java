package io.sluice.dns.learn;

import io.sluice.dns.match.DnsName;
import java.net.InetAddress;
import java.util.Map;
import java.util.Set;

/** What learned addresses are for: identities, the proxy's policy, and the kernel's maps. */
public interface NamesInForce {

  /**
   * Whether anything depends on the addresses of a name now; asked on event loops, for each answer
   * that says something new. What was learned before a name was wanted is to be had from {@link
   * Learning#names}.
   */
  boolean wants(DnsName name);

  /**
   * Takes over which names these addresses have now; none: they are shut. When it returns, packets
   * to the addresses are judged by that. Never called by two threads at once.
   *
   * @throws NamesNotInForceException if that is not so
   */
  void put(Map<InetAddress, Set<DnsName>> names) throws NamesNotInForceException;
}
