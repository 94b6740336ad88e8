package io.sluice.proxy.policy.compile;

import io.sluice.cilium.NetworkPolicy;
import io.sluice.cilium.NetworkPolicyHosts;
import io.sluice.net.Cidr;
import io.sluice.proxy.policy.Peer;
import io.sluice.proxy.policy.PolicySnapshot;
import io.sluice.proxy.policy.Prefix;
import io.sluice.proxy.policy.rule.InvalidPolicyException;
import io.sluice.proxy.policy.rule.RuleCompiler;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * Compiles resources into policy snapshots: each resource by itself, so that a bad one is refused
 * alone and by name while its last good version stays; one that never had any denies everything.
 *
 * <p>Remembers what it has compiled and reuses it for resources that did not change. Not
 * thread-safe: belongs to whoever receives the resources.
 */
public final class PolicyCompiler {
  /** The snapshot before the first: version 0, no endpoint, every address is {@code world}. */
  public static final PolicySnapshot EMPTY =
      new CompiledSnapshot(0, List.of(), Map.of(), List.of(), Map.of(), new PrefixTable(Map.of()));

  private final EndpointSet endpoints;
  private final IdentitySet identities = new IdentitySet();
  private long version;

  /**
   * Starts without any resource.
   *
   * @param protocols the protocol modules whose L7 rules can be enforced
   */
  public PolicyCompiler(List<RuleCompiler> protocols) {
    this.endpoints = new EndpointSet(new EndpointCompiler(new ResourceReader(protocols)));
  }

  /**
   * Replaces the policies of all endpoints.
   *
   * @return the resources that were refused
   * @throws InvalidPolicyException if one has no number: it can't be told which endpoint it is
   *     about, and that must not pass for removed; then nothing changes
   */
  public List<Rejection> replacePolicies(List<NetworkPolicy> resources)
      throws InvalidPolicyException {
    return endpoints.replace(resources);
  }

  /**
   * Replaces the addresses of all identities.
   *
   * @return the resources that were refused
   * @throws InvalidPolicyException if one has no number; then nothing changes
   */
  public List<Rejection> replaceIdentities(List<NetworkPolicyHosts> resources)
      throws InvalidPolicyException {
    return identities.replace(resources);
  }

  /** The next snapshot, of what has been compiled up to now; its version is one higher. */
  public PolicySnapshot snapshot() {
    Map<Cidr, Peer> peers = identities.peers();
    Collection<Prefix> prefixes = new ArrayList<>(peers.size());
    peers.forEach(
        (cidr, peer) -> prefixes.add(new Prefix(cidr.address(), cidr.length(), peer.identity())));
    return new CompiledSnapshot(
        ++version,
        endpoints.endpoints(),
        Map.copyOf(endpoints.byAddress()),
        List.copyOf(prefixes),
        Map.copyOf(identities.labels()),
        new PrefixTable(peers));
  }
}
