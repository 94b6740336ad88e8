package io.sluice.proxy.policy.compile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.cilium.NetworkPolicy;
import io.sluice.cilium.NetworkPolicyHosts;
import io.sluice.cilium.PortNetworkPolicy;
import io.sluice.cilium.PortNetworkPolicyRule;
import io.sluice.proxy.policy.CurrentPolicy;
import io.sluice.proxy.policy.Denial;
import io.sluice.proxy.policy.Direction;
import io.sluice.proxy.policy.PolicySnapshot;
import io.sluice.proxy.policy.PortVerdict;
import io.sluice.proxy.policy.ReservedIdentity;
import io.sluice.proxy.policy.rule.InvalidPolicyException;
import io.sluice.proxy.policy.rule.Protocol;
import io.sluice.v1.IdentityInfo;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What rules say of addresses that were learned from names. */
class LearnedAddressesTest {
  private static final int S3 = 0x0200_0000;
  private static final int API = 0x0200_0001;
  private static final int RANGE = 0x0100_0000;
  private static final int POD_IDENTITY = 300;

  private static final InetAddress POD = InetAddress.ofLiteral("10.0.0.1");
  private static final InetAddress OTHER_POD = InetAddress.ofLiteral("10.0.0.2");
  private static final InetAddress OUTSIDE = InetAddress.ofLiteral("203.0.113.7");
  private static final InetAddress IN_RANGE = InetAddress.ofLiteral("198.51.100.7");

  private final Map<InetAddress, Set<Integer>> known = new HashMap<>();
  private final CurrentPolicy current = new CurrentPolicy(PolicyCompiler.EMPTY);
  private final PolicyCompiler compiler = new PolicyCompiler(List.of(), selectors -> known);

  @BeforeEach
  void identities() throws InvalidPolicyException {
    identities(selector(S3, "*.amazonaws.com"), selector(API, "api.example.com"));
  }

  private void identities(NetworkPolicyHosts... selectors) throws InvalidPolicyException {
    List<NetworkPolicyHosts> all = new ArrayList<>(List.of(selectors));
    all.add(hosts(POD_IDENTITY, "10.0.0.2"));
    all.add(hosts(RANGE, "198.51.100.0/24"));
    assertThat(compiler.replaceIdentities(all)).isEmpty();
  }

  private static NetworkPolicyHosts selector(int identity, String pattern) {
    return NetworkPolicyHosts.newBuilder()
        .setPolicy(identity)
        .setIdentity(IdentityInfo.newBuilder().addLabels("fqdn:" + pattern).setFqdn(pattern))
        .build();
  }

  private static NetworkPolicyHosts hosts(int identity, String address) {
    return NetworkPolicyHosts.newBuilder().setPolicy(identity).addHostAddresses(address).build();
  }

  /** Rules for port 443, the stronger first. */
  private void policy(PortNetworkPolicyRule... rules) throws InvalidPolicyException {
    PortNetworkPolicy.Builder entry = PortNetworkPolicy.newBuilder().setPort(443);
    for (int i = 0; i < rules.length; i++) {
      entry.addRules(rules[i].toBuilder().setPrecedence(rules.length - i));
    }
    assertThat(
            compiler.replacePolicies(
                List.of(
                    NetworkPolicy.newBuilder()
                        .setEndpointId(1)
                        .addEndpointIps(POD.getHostAddress())
                        .addEgressPerPortPolicies(entry)
                        .build())))
        .isEmpty();
    compiler.publish(current);
  }

  private static PortNetworkPolicyRule allow(int... identities) {
    PortNetworkPolicyRule.Builder rule = PortNetworkPolicyRule.newBuilder();
    for (int identity : identities) {
      rule.addRemotePolicies(identity);
    }
    return rule.build();
  }

  private static PortNetworkPolicyRule deny(int... identities) {
    return allow(identities).toBuilder().setDeny(true).build();
  }

  private void learn(InetAddress address, Integer... selectors) {
    known.put(address, new HashSet<>(Set.of(selectors)));
    compiler.learn(Map.of(address, Set.of(selectors)), current);
  }

  /** By the proxy; the kernel's verdict must be the same. */
  private boolean allowed(InetAddress address) {
    PolicySnapshot snapshot = current.get();
    int identity = snapshot.peer(address).identity();
    var endpoint = snapshot.endpoint(POD);
    boolean allowed =
        !(endpoint.peer(Direction.EGRESS, Protocol.TCP, 443, identity).connection()
            instanceof Denial);
    boolean passes =
        endpoint.ports(Direction.EGRESS).stream()
            .filter(port -> port.firstPort() <= 443 && 443 <= port.lastPort())
            .filter(port -> port.peers().include(identity))
            .map(PortVerdict::action)
            .min(Comparator.naturalOrder())
            .filter(action -> action == PortVerdict.Action.PASS)
            .isPresent();
    assertThat(passes).isEqualTo(allowed);
    return allowed;
  }

  @Test
  void isAllowedWhatARuleForItsNameAllows() throws Exception {
    policy(allow(S3));
    assertThat(allowed(OUTSIDE)).as("not learned").isFalse();

    long version = current.get().version();
    learn(OUTSIDE, S3);
    assertThat(allowed(OUTSIDE)).isTrue();
    assertThat(current.get().version()).as("the first address compiles nothing").isEqualTo(version);
    assertThat(current.get().peer(OUTSIDE).labels())
        .containsExactly("fqdn:*.amazonaws.com", "reserved:world");

    learn(InetAddress.ofLiteral("203.0.113.8"), API);
    assertThat(allowed(InetAddress.ofLiteral("203.0.113.8"))).as("another name").isFalse();

    learn(OUTSIDE);
    assertThat(allowed(OUTSIDE)).as("forgotten").isFalse();
  }

  @Test
  void isAllowedByEachOfItsNames() throws Exception {
    policy(allow(API));
    learn(OUTSIDE, S3, API);
    assertThat(allowed(OUTSIDE)).isTrue();
    learn(OUTSIDE, S3);
    assertThat(allowed(OUTSIDE)).isFalse();
  }

  @Test
  void isStillWhatItWasWithoutNames() throws Exception {
    policy(allow(RANGE));
    learn(IN_RANGE, API);
    assertThat(allowed(IN_RANGE)).as("its range is allowed").isTrue();

    policy(deny(ReservedIdentity.WORLD), allow(S3));
    learn(OUTSIDE, S3);
    learn(IN_RANGE, S3);
    assertThat(allowed(OUTSIDE)).as("the world is denied").isFalse();
    assertThat(allowed(IN_RANGE)).as("a range that is not named").isTrue();

    policy(deny(RANGE), allow(S3));
    assertThat(allowed(OUTSIDE)).isTrue();
    assertThat(allowed(IN_RANGE)).isFalse();
  }

  @Test
  void isNobodyElseWhereItIsAPod() throws Exception {
    policy(allow(S3));
    learn(OTHER_POD, S3);
    assertThat(current.get().peer(OTHER_POD).identity()).isEqualTo(POD_IDENTITY);
    assertThat(allowed(OTHER_POD)).isFalse();
  }

  @Test
  void followsSelectorsAndRangesThatChange() throws Exception {
    policy(allow(S3));
    learn(OUTSIDE, S3);
    learn(IN_RANGE, S3);

    identities(selector(API, "api.example.com"));
    policy(allow(API));
    assertThat(allowed(OUTSIDE)).as("its selector has gone").isFalse();
    assertThat(current.get().peer(OUTSIDE).identity()).isEqualTo(ReservedIdentity.WORLD);

    known.put(OUTSIDE, Set.of(API));
    identities(selector(API, "*"), selector(S3, "*.amazonaws.com"));
    policy(allow(API));
    assertThat(allowed(OUTSIDE)).as("known before its selector came").isTrue();
    assertThat(allowed(IN_RANGE)).isFalse();
  }

  @Test
  void setsOfSelectorsAreBounded() throws Exception {
    NetworkPolicyHosts[] selectors = new NetworkPolicyHosts[16];
    for (int i = 0; i < selectors.length; i++) {
      selectors[i] = selector(S3 + i, "*.n" + i + ".example.com");
    }
    identities(selectors);
    policy(allow(S3));
    assertThatThrownBy(
            () -> {
              for (int set = 1; set < 1 << selectors.length; set++) {
                Set<Integer> of = new HashSet<>();
                for (int i = 0; i < selectors.length; i++) {
                  if ((set & 1 << i) != 0) {
                    of.add(S3 + i);
                  }
                }
                learn(OUTSIDE, of.toArray(Integer[]::new));
              }
            })
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("4096");
    learn(OUTSIDE, S3);
    assertThat(allowed(OUTSIDE)).as("who is known stays known").isTrue();
  }
}
