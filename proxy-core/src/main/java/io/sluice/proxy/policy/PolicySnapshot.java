package io.sluice.proxy.policy;

import java.net.InetAddress;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The policy of every local endpoint and the identity of every address, as one immutable whole. */
public interface PolicySnapshot {

  /** Grows by one with each swap; 0 before the first. */
  long version();

  /** The policy of the endpoint that has this address, or null: then everything is denied. */
  @Nullable EndpointPolicy endpoint(InetAddress address);

  /** All local endpoints, by their numbers. */
  Collection<? extends EndpointPolicy> endpoints();

  /**
   * Who stands behind an address: who was learned from names, else the longest prefix that is
   * known, else {@code world}.
   */
  Peer peer(InetAddress address);

  /** Every prefix with a known identity, for the kernel; no prefix twice. */
  Collection<Prefix> prefixes();

  /** What rules call the addresses of names. */
  Collection<NameSelector> selectors();

  /** Addresses that were learned; goes before {@link #prefixes}. */
  LearnedAddresses learned();

  /** The labels of every known identity. */
  Map<Integer, List<String>> identities();
}
