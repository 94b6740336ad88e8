package io.sluice.app.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.sluice.bpf.steer.EndpointEntry;
import io.sluice.bpf.steer.Enforcement;
import io.sluice.bpf.steer.IdentityEntry;
import io.sluice.bpf.steer.PolicyEntry;
import io.sluice.proxy.policy.Direction;
import io.sluice.proxy.policy.Endpoint;
import io.sluice.proxy.policy.EndpointPolicy;
import io.sluice.proxy.policy.LearnedAddresses;
import io.sluice.proxy.policy.NameSelector;
import io.sluice.proxy.policy.Peer;
import io.sluice.proxy.policy.PeerPolicy;
import io.sluice.proxy.policy.PolicySnapshot;
import io.sluice.proxy.policy.PortVerdict;
import io.sluice.proxy.policy.PortVerdict.Action;
import io.sluice.proxy.policy.Prefix;
import io.sluice.proxy.policy.Remotes;
import io.sluice.proxy.policy.rule.Protocol;
import io.sluice.proxy.policy.rule.RuleOrigin;
import java.net.InetAddress;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DatapathPlanTest {
  private static final PacketSettings SETTINGS = new PacketSettings(false, false);
  private static final LearnedAddresses LEARNED = new LearnedAddresses();

  private static final PortVerdict STEER_80 =
      verdict(Remotes.of(List.of(256)), 80, 80, Action.STEER);
  private static final PortVerdict STEER_QUERIES =
      new PortVerdict(
          Protocol.UDP, Remotes.ANY, 53, 53, Action.STEER, false, "dns", RuleOrigin.NONE);
  private static final PortVerdict PASS_ALL = verdict(Remotes.ANY, 0, 65535, Action.PASS);
  private static final PortVerdict DENY_90 = verdict(Remotes.of(List.of(300)), 90, 90, Action.DENY);

  @Test
  void tellsTheKernelOfAllPodsAndOfThePolicyOfEnforcedDirections() {
    DatapathPlan plan =
        plan(
            pod(1, "a", "lxc1", true, false, "10.0.0.1"),
            pod(2, "b", "lxc2", false, true, "10.0.0.2"),
            pod(3, "c", "lxc3", false, false, "10.0.0.3"));
    assertThat(plan.state().endpoints())
        .containsExactlyInAnyOrder(
            entry(1, "lxc1", "10.0.0.1", Enforcement.ENFORCED, Enforcement.NONE),
            entry(2, "lxc2", "10.0.0.2", Enforcement.NONE, Enforcement.ENFORCED),
            entry(3, "lxc3", "10.0.0.3", Enforcement.NONE, Enforcement.NONE));
    assertThat(plan.state().policy())
        .filteredOn(entry -> entry.protocol() == PolicyEntry.TCP)
        .containsExactlyInAnyOrder(
            tcp(1, false, 256, 80, 80, PolicyEntry.Action.STEER),
            tcp(1, false, 0, 0, 65535, PolicyEntry.Action.ALLOW),
            tcp(1, false, 300, 90, 90, PolicyEntry.Action.DENY),
            tcp(2, true, 256, 80, 80, PolicyEntry.Action.STEER),
            tcp(2, true, 0, 0, 65535, PolicyEntry.Action.ALLOW),
            tcp(2, true, 300, 90, 90, PolicyEntry.Action.DENY));
    assertThat(plan.endpoints()).containsOnlyKeys(1, 2, 3);
    assertThat(plan.problems()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"false, STEER", "true, STEER_OR_PASS"})
  void onlyQueriesMayPassWhereNobodyIsThereToJudge(boolean wanted, PolicyEntry.Action queries) {
    DatapathPlan plan =
        DatapathPlan.of(
            new Snapshot(List.of(pod(1, "a", "lxc1", false, true, "10.0.0.1")), List.of()),
            Set.of(),
            new RuleNumbers(),
            new PacketSettings(false, wanted));
    assertThat(plan.state().policy())
        .extracting(PolicyEntry::firstPort, PolicyEntry::action)
        .contains(tuple(53, queries), tuple(80, PolicyEntry.Action.STEER));
  }

  @Test
  void anAddressOfTheNodeIsNobodyElseByItsNames() {
    InetAddress node = InetAddress.ofLiteral("192.0.2.1");
    InetAddress named = InetAddress.ofLiteral("198.51.100.7");
    LEARNED.put(node, new Peer(0x0300_0000, List.of(), "", ""));
    LEARNED.put(named, new Peer(0x0300_0001, List.of(), "", ""));
    DatapathPlan plan =
        DatapathPlan.of(
            new Snapshot(List.of(), List.of()), Set.of(node), new RuleNumbers(), SETTINGS);
    assertThat(plan.state().learned()).containsExactly(Map.entry(named, 0x0300_0001));
  }

  @Test
  void everyAddressOfTheNodeIsTheHostWhateverTheSnapshotSays() {
    InetAddress node = InetAddress.ofLiteral("192.0.2.1");
    InetAddress gateway = InetAddress.ofLiteral("fe80::1");
    DatapathPlan plan =
        DatapathPlan.of(
            new Snapshot(
                List.of(),
                List.of(
                    new Prefix(node, 32, 6),
                    new Prefix(InetAddress.ofLiteral("10.0.0.0"), 8, 300),
                    new Prefix(InetAddress.ofLiteral("192.0.2.0"), 24, 301))),
            Set.of(node, gateway),
            new RuleNumbers(),
            SETTINGS);
    assertThat(plan.state().identities())
        .containsExactlyInAnyOrder(
            new IdentityEntry(node, 32, 1),
            new IdentityEntry(gateway, 128, 1),
            new IdentityEntry(InetAddress.ofLiteral("10.0.0.0"), 8, 300),
            new IdentityEntry(InetAddress.ofLiteral("192.0.2.0"), 24, 301));
  }

  @Test
  void namesWhatCannotBeEnforced() {
    DatapathPlan plan =
        plan(
            pod(1, "good", "lxc1", true, true, "10.0.0.1"),
            pod(2, "nowhere", "", true, true, "10.0.0.2"),
            pod(3, "long", "sixteen-letters!", true, true, "10.0.0.3"),
            pod(4, "twin", "lxc1", true, true, "10.0.0.4"),
            pod(1L << 40, "far", "lxc5", true, true, "10.0.0.5"),
            pod(6, "same", "lxc6", true, true, "10.0.0.1"),
            pod(7, "unselected", "", false, false, "10.0.0.7"));
    assertThat(plan.state().endpoints()).extracting(EndpointEntry::id).containsExactly(1, 6);
    assertThat(plan.problems())
        .extracting(DatapathPlan.Problem::endpoint)
        .containsExactly("ns/nowhere", "ns/long", "ns/twin", "ns/far", "ns/same");
    assertThat(plan.problems().get(2).reason()).contains("lxc1", "ns/good");
    assertThat(plan.problems().get(4).reason()).contains("10.0.0.1", "ns/good");
  }

  private static EndpointEntry entry(
      int id, String hostInterface, String address, Enforcement ingress, Enforcement egress) {
    return new EndpointEntry(
        id, hostInterface, 256, List.of(InetAddress.ofLiteral(address)), ingress, egress);
  }

  private static PolicyEntry tcp(
      int id, boolean egress, int identity, int first, int last, PolicyEntry.Action action) {
    return PolicyEntry.of(id, egress, identity, PolicyEntry.TCP, first, last, action);
  }

  private static PortVerdict verdict(Remotes peers, int first, int last, Action action) {
    String inspectedBy = action == Action.STEER ? "http" : "";
    return new PortVerdict(
        Protocol.TCP, peers, first, last, action, false, inspectedBy, RuleOrigin.NONE);
  }

  private static io.sluice.proxy.policy.Enforcement enforcing(boolean enforced) {
    return enforced
        ? io.sluice.proxy.policy.Enforcement.ENFORCING
        : io.sluice.proxy.policy.Enforcement.NONE;
  }

  private static DatapathPlan plan(EndpointPolicy... policies) {
    return DatapathPlan.of(
        new Snapshot(List.of(policies), List.of()), Set.of(), new RuleNumbers(), SETTINGS);
  }

  private static EndpointPolicy pod(
      long id, String name, String hostInterface, boolean ingress, boolean egress, String address) {
    return new Policy(
        new Endpoint(
            id,
            "ns",
            name,
            List.of(InetAddress.ofLiteral(address)),
            hostInterface,
            256,
            List.of(),
            enforcing(ingress),
            enforcing(egress),
            List.of("ns/policy")));
  }

  private record Policy(Endpoint endpoint) implements EndpointPolicy {
    @Override
    public PeerPolicy peer(Direction direction, Protocol protocol, int port, int identity) {
      throw new UnsupportedOperationException("the kernel is told of ports only");
    }

    @Override
    public List<PortVerdict> ports(Direction direction) {
      return List.of(STEER_80, STEER_QUERIES, PASS_ALL, DENY_90);
    }
  }

  private record Snapshot(List<EndpointPolicy> endpoints, Collection<Prefix> prefixes)
      implements PolicySnapshot {
    @Override
    public long version() {
      return 1;
    }

    @Override
    public EndpointPolicy endpoint(InetAddress address) {
      throw new UnsupportedOperationException("the kernel is told of all of them");
    }

    @Override
    public Peer peer(InetAddress address) {
      throw new UnsupportedOperationException("the kernel is told of prefixes");
    }

    @Override
    public Collection<NameSelector> selectors() {
      return List.of();
    }

    @Override
    public LearnedAddresses learned() {
      return LEARNED;
    }

    @Override
    public Map<Integer, List<String>> identities() {
      return Map.of();
    }
  }
}
