package io.sluice.proxy.policy;

import java.net.InetAddress;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/** The policy of every local endpoint and the identity of every address, as one immutable whole. */
public interface PolicySnapshot {

  /** Grows by one with each swap; 0 before the first. */
  long version();

  /** The policy of the endpoint that has this address, or null. */
  @Nullable EndpointPolicy endpoint(InetAddress address);

  /** All local endpoints. */
  Collection<? extends EndpointPolicy> endpoints();

  /** Who stands behind an address: the longest prefix that is known, else {@code world}. */
  Peer peer(InetAddress address);

  /** Every prefix with a known identity, for the kernel. */
  Collection<Prefix> prefixes();
}
