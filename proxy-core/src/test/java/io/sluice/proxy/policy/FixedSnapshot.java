package io.sluice.proxy.policy;

import io.sluice.proxy.policy.rule.NearestMiss;
import io.sluice.proxy.policy.rule.Protocol;
import io.sluice.proxy.policy.rule.Request;
import io.sluice.proxy.policy.rule.RuleMatcher;
import io.sluice.proxy.policy.rule.RuleOrigin;
import java.net.InetAddress;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A snapshot made by hand: one endpoint, and for each identity one answer on every port. Lives in
 * this package because only it makes permits.
 */
public final class FixedSnapshot implements PolicySnapshot {
  /** The identity of every address that is not listed. */
  public static final int STRANGER = 300;

  private final long version;
  private final Endpoint endpoint;
  private final Map<Integer, PeerPolicy> policies;
  private final Map<InetAddress, Integer> identities = new HashMap<>();
  private final LearnedAddresses learned = new LearnedAddresses();

  private FixedSnapshot(long version, Endpoint endpoint, Map<Integer, PeerPolicy> policies) {
    this.version = version;
    this.endpoint = endpoint;
    this.policies = policies;
  }

  /** One endpoint with one address, at which strangers meet the given policy. */
  public static FixedSnapshot of(long version, InetAddress address, PeerPolicy strangers) {
    Endpoint endpoint =
        new Endpoint(
            7,
            "prod",
            "api",
            List.of(address),
            "",
            256,
            List.of(),
            Enforcement.ENFORCING,
            Enforcement.ENFORCING,
            List.of("prod/p"));
    return new FixedSnapshot(version, endpoint, new HashMap<>(Map.of(STRANGER, strangers)));
  }

  @Override
  public Collection<NameSelector> selectors() {
    return List.of();
  }

  @Override
  public LearnedAddresses learned() {
    return learned;
  }

  /** Also gives an address an identity and a policy of its own. */
  public FixedSnapshot with(InetAddress address, int identity, PeerPolicy policy) {
    identities.put(address, identity);
    policies.put(identity, policy);
    return this;
  }

  /** A policy that denies the connection. */
  public static PeerPolicy denied() {
    return PeerPolicy.denied(Denial.because("no rule allows this peer"));
  }

  /** A policy that allows everything without parsing. */
  public static PeerPolicy allowed() {
    return PeerPolicy.of(PeerRules.allowed(List.of(rule())), null);
  }

  /** A policy whose requests a filter must see, and allows all of them. */
  public static PeerPolicy inspected(String protocol) {
    return PeerPolicy.of(open(protocol), null);
  }

  /** A policy that allows everything, and by audit would allow no connection. */
  public static PeerPolicy audited() {
    return PeerPolicy.of(PeerRules.allowed(List.of(rule())), PeerRules.NOTHING_ALLOWS);
  }

  /** A policy that allows everything, and whose requests audit wants to see. */
  public static PeerPolicy inspectedForAudit(String protocol) {
    return PeerPolicy.of(
        PeerRules.allowed(List.of(rule())),
        PeerRules.inspected(protocol, new NeverMatches(), List.of(rule())));
  }

  private static PeerRules open(String protocol) {
    return PeerRules.inspected(protocol, new NeverMatches(), List.of(rule()))
        .unrestrictedBy(List.of(rule()));
  }

  private static RuleOrigin rule() {
    return new RuleOrigin("CiliumNetworkPolicy", "prod", "p", "spec.ingress[0]");
  }

  @Override
  public long version() {
    return version;
  }

  @Override
  public @Nullable EndpointPolicy endpoint(InetAddress address) {
    return endpoint.addresses().contains(address) ? new FixedEndpoint() : null;
  }

  @Override
  public Collection<? extends EndpointPolicy> endpoints() {
    return List.of(new FixedEndpoint());
  }

  @Override
  public Peer peer(InetAddress address) {
    return new Peer(identities.getOrDefault(address, STRANGER), List.of(), "", "");
  }

  @Override
  public Map<Integer, List<String>> identities() {
    return Map.of();
  }

  @Override
  public Collection<Prefix> prefixes() {
    return List.of();
  }

  private final class FixedEndpoint implements EndpointPolicy {
    @Override
    public Endpoint endpoint() {
      return endpoint;
    }

    @Override
    public PeerPolicy peer(Direction direction, Protocol protocol, int port, int identity) {
      return policies.getOrDefault(identity, denied());
    }

    @Override
    public List<PortVerdict> ports(Direction direction) {
      return List.of();
    }
  }

  private static final class NeverMatches implements RuleMatcher<Request> {
    @Override
    public List<RuleOrigin> origins() {
      return List.of(rule());
    }

    @Override
    public int match(Request request) {
      return NONE;
    }

    @Override
    public List<Integer> matching(Request request) {
      return List.of();
    }

    @Override
    public List<NearestMiss> nearest(Request request, int most) {
      return List.of();
    }
  }
}
