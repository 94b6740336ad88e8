package io.sluice.proxy.policy.compile;

import io.sluice.proxy.policy.EndpointPolicy;
import io.sluice.proxy.policy.LearnedAddresses;
import io.sluice.proxy.policy.NameSelector;
import io.sluice.proxy.policy.Peer;
import io.sluice.proxy.policy.PolicySnapshot;
import io.sluice.proxy.policy.Prefix;
import io.sluice.proxy.policy.ReservedIdentity;
import java.net.InetAddress;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One policy of the whole node; immutable. */
record CompiledSnapshot(
    long version,
    Collection<CompiledEndpoint> endpoints,
    Map<InetAddress, CompiledEndpoint> byAddress,
    Collection<Prefix> prefixes,
    Map<Integer, List<String>> identities,
    PrefixTable peers,
    Collection<NameSelector> selectors,
    LearnedAddresses learned)
    implements PolicySnapshot {
  private static final List<String> WORLD_LABELS = List.of("reserved:world");

  @Override
  public @Nullable EndpointPolicy endpoint(InetAddress address) {
    return byAddress.get(address);
  }

  @Override
  public Peer peer(InetAddress address) {
    Peer named = learned.find(address);
    return named != null ? named : unnamed(address);
  }

  /** Who it is whatever names it has. */
  Peer unnamed(InetAddress address) {
    Peer peer = peers.find(address);
    return peer != null
        ? peer
        : new Peer(
            ReservedIdentity.WORLD,
            identities.getOrDefault(ReservedIdentity.WORLD, WORLD_LABELS),
            "",
            "");
  }
}
