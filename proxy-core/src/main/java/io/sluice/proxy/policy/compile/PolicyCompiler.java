package io.sluice.proxy.policy.compile;

import io.sluice.cilium.NetworkPolicy;
import io.sluice.cilium.NetworkPolicyHosts;
import io.sluice.net.Cidr;
import io.sluice.proxy.policy.CurrentPolicy;
import io.sluice.proxy.policy.LearnedAddresses;
import io.sluice.proxy.policy.NameSelector;
import io.sluice.proxy.policy.NamedAddresses;
import io.sluice.proxy.policy.Peer;
import io.sluice.proxy.policy.PolicySnapshot;
import io.sluice.proxy.policy.Prefix;
import io.sluice.proxy.policy.rule.InvalidPolicyException;
import io.sluice.proxy.policy.rule.RuleCompiler;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Compiles resources into policy snapshots: each resource by itself, so that a bad one is refused
 * alone and by name while its last good version stays; one that never had any denies everything.
 *
 * <p>Remembers what it has compiled and reuses it for resources that did not change. Thread-safe:
 * resources come from one side, learned addresses from another.
 */
public final class PolicyCompiler {
  /** The snapshot before the first: version 0, no endpoint, every address is {@code world}. */
  public static final PolicySnapshot EMPTY =
      new CompiledSnapshot(
          0,
          List.of(),
          Map.of(),
          List.of(),
          Map.of(),
          new PrefixTable(Map.of()),
          List.of(),
          new LearnedAddresses());

  private final LearnedIdentities learned = new LearnedIdentities();
  private final EndpointSet endpoints;
  private final IdentitySet identities = new IdentitySet();
  private final NamedAddresses names;
  private LearnedPeers peers = LearnedPeers.NONE;
  private long version;

  /**
   * Starts without any resource, and knows no names.
   *
   * @param protocols the protocol modules whose L7 rules can be enforced
   */
  public PolicyCompiler(List<RuleCompiler> protocols) {
    this(protocols, NamedAddresses.NONE);
  }

  /**
   * Starts without any resource.
   *
   * @param protocols the protocol modules whose L7 rules can be enforced
   * @param names which addresses names have; asked when the selectors or the ranges change
   */
  public PolicyCompiler(List<RuleCompiler> protocols, NamedAddresses names) {
    this.names = names;
    this.endpoints =
        new EndpointSet(new EndpointCompiler(new ResourceReader(protocols, learned)), learned);
  }

  /**
   * Replaces the policies of all endpoints.
   *
   * @return the resources that were refused
   * @throws InvalidPolicyException if one has no number: it can't be told which endpoint it is
   *     about, and that must not pass for removed; then nothing changes
   */
  public synchronized List<Rejection> replacePolicies(List<NetworkPolicy> resources)
      throws InvalidPolicyException {
    return endpoints.replace(resources);
  }

  /**
   * Replaces the addresses of all identities.
   *
   * @return the resources that were refused
   * @throws InvalidPolicyException if one has no number; then nothing changes
   */
  public synchronized List<Rejection> replaceIdentities(List<NetworkPolicyHosts> resources)
      throws InvalidPolicyException {
    return identities.replace(resources);
  }

  /** The next snapshot, of what has been compiled up to now; its version is one higher. */
  public synchronized PolicySnapshot snapshot() {
    Map<Cidr, Peer> ranges = identities.peers();
    List<NameSelector> selectors = identities.selectors();
    if (!peers.isAbout(selectors, ranges)) {
      peers = LearnedPeers.form(selectors, ranges, names.under(selectors), learned);
    }
    return assemble();
  }

  private CompiledSnapshot assemble() {
    endpoints.followLearned();
    Map<Cidr, Peer> ranges = identities.peers();
    Collection<Prefix> prefixes = new ArrayList<>(ranges.size());
    ranges.forEach(
        (cidr, peer) -> prefixes.add(new Prefix(cidr.address(), cidr.length(), peer.identity())));
    return new CompiledSnapshot(
        ++version,
        endpoints.endpoints(),
        Map.copyOf(endpoints.byAddress()),
        List.copyOf(prefixes),
        Map.copyOf(identities.labels()),
        peers.prefixes(),
        List.copyOf(identities.selectors()),
        peers.addresses());
  }

  /** Puts the next snapshot in force; no address is learned in between. */
  public synchronized void publish(CurrentPolicy current) {
    current.swap(snapshot());
  }

  /**
   * Takes over which selectors the names of some addresses satisfy now, in force when it returns:
   * for selectors and ranges that were met together before it is one entry for each address, else a
   * snapshot is compiled and swapped.
   *
   * @param satisfied the identities of selectors; none: the address has no name that is wanted
   * @throws IllegalStateException if there are too many different sets of selectors
   */
  public synchronized void learn(Map<InetAddress, Set<Integer>> satisfied, CurrentPolicy current) {
    int before = learned.version();
    Map<InetAddress, Peer> named = peers.named(satisfied, learned);
    if (learned.version() != before) {
      // Rules know the new identities before any address has one.
      current.swap(assemble());
    }
    satisfied.keySet().forEach(address -> peers.addresses().put(address, named.get(address)));
  }
}
