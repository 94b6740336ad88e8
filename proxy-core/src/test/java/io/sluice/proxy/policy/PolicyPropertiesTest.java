package io.sluice.proxy.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.cilium.NetworkPolicy;
import io.sluice.cilium.PortNetworkPolicy;
import io.sluice.cilium.PortNetworkPolicyRule;
import io.sluice.proxy.policy.PortVerdict.Action;
import io.sluice.proxy.policy.WordRules.Word;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

/** Whatever the policy: the compiled form, the kernel's form and the plain reading agree. */
class PolicyPropertiesTest {
  private static final InetAddress POD = InetAddress.ofLiteral("10.0.0.1");
  private static final List<Integer> PORTS = List.of(1, 79, 80, 81, 85, 90, 91, 65534, 65535);
  private static final List<Integer> IDENTITIES = List.of(1, 2, 300, 301, 302, -5, 999);
  private static final List<String> WORDS = List.of("a", "b", "c");

  @Property
  void theCompiledPolicyDecidesAsThePlainReading(
      @ForAll("ports") List<PortNetworkPolicy> ports, @ForAll Direction direction)
      throws Exception {
    EndpointPolicy compiled = compile(ports, direction);
    for (int port : PORTS) {
      for (int identity : IDENTITIES) {
        PeerPolicy peer = compiled.peer(direction, Protocol.TCP, port, identity);
        assertThat(peer.connection() instanceof Permit)
            .as("connection of %s to %s", identity, port)
            .isEqualTo(allows(ports, port, identity, null));
        for (String word : WORDS) {
          assertThat(peer.judge(new Word(word)) instanceof Permit)
              .as("%s of %s to %s", word, identity, port)
              .isEqualTo(allows(ports, port, identity, word));
        }
      }
    }
  }

  @Property
  void theKernelIsToldWhatThePolicyDecides(
      @ForAll("ports") List<PortNetworkPolicy> ports, @ForAll Direction direction)
      throws Exception {
    EndpointPolicy compiled = compile(ports, direction);
    for (int port : PORTS) {
      for (int identity : IDENTITIES) {
        PeerPolicy peer = compiled.peer(direction, Protocol.TCP, port, identity);
        Action expected =
            peer.connection() instanceof Denial
                ? Action.DENY
                : peer.protocol() == null ? Action.PASS : Action.STEER;
        assertThat(kernel(compiled.ports(direction), port, identity))
            .as("%s to %s", identity, port)
            .isEqualTo(expected);
        if (direction == Direction.INGRESS && identity == 1 && peer.unrestricted()) {
          assertThat(expected).isEqualTo(Action.PASS);
        }
      }
    }
  }

  @Provide
  Arbitrary<List<PortNetworkPolicy>> ports() {
    Arbitrary<PortNetworkPolicyRule> rules =
        Combinators.combine(
                Arbitraries.of(0, 1, 7, -1),
                Arbitraries.frequency(Tuple.of(1, true), Tuple.of(4, false)),
                Arbitraries.of(1, 300, 301, 302, -5).set().ofMaxSize(3),
                Arbitraries.of(WORDS).set().ofMaxSize(2))
            .as(PolicyPropertiesTest::rule);
    return Combinators.combine(
            Arbitraries.of(0, 1, 80, 81, 85, 65535),
            Arbitraries.of(0, 81, 90, 65535),
            rules.list().ofMaxSize(4))
        .as(PolicyPropertiesTest::port)
        .list()
        .ofMaxSize(5);
  }

  private static PortNetworkPolicyRule rule(
      int precedence, boolean deny, Iterable<Integer> remotes, Set<String> words) {
    PortNetworkPolicyRule.Builder rule =
        PortNetworkPolicyRule.newBuilder().setPrecedence(precedence).addAllRemotePolicies(remotes);
    if (deny) {
      rule.setDeny(true);
    } else if (!words.isEmpty()) {
      rule.setHttpRules(WordRules.words(words.toArray(String[]::new)));
    }
    return rule.build();
  }

  private static PortNetworkPolicy port(int first, int last, List<PortNetworkPolicyRule> rules) {
    return PortNetworkPolicy.newBuilder()
        .setPort(first)
        .setEndPort(first == 0 || last < first ? 0 : last)
        .addAllRules(rules)
        .build();
  }

  private static EndpointPolicy compile(List<PortNetworkPolicy> ports, Direction direction)
      throws Exception {
    NetworkPolicy.Builder policy =
        NetworkPolicy.newBuilder().setEndpointId(1).addEndpointIps("10.0.0.1");
    if (direction == Direction.INGRESS) {
      policy.addAllIngressPerPortPolicies(ports);
    } else {
      policy.addAllEgressPerPortPolicies(ports);
    }
    PolicyCompiler compiler = new PolicyCompiler(List.of(new WordRules()));
    assertThat(compiler.replacePolicies(List.of(policy.build()))).isEmpty();
    return compiler.snapshot().endpoint(POD);
  }

  /** The plain reading: tier by tier, the strongest first; a word of null asks to connect. */
  private static boolean allows(
      List<PortNetworkPolicy> ports, int port, int identity, String word) {
    TreeMap<Long, List<PortNetworkPolicyRule>> tiers = new TreeMap<>();
    for (PortNetworkPolicy entry : ports) {
      int last = entry.getEndPort() == 0 ? entry.getPort() : entry.getEndPort();
      if (entry.getPort() == 0 || (entry.getPort() <= port && port <= last)) {
        List<PortNetworkPolicyRule> rules =
            entry.getRulesCount() == 0
                ? List.of(PortNetworkPolicyRule.getDefaultInstance())
                : entry.getRulesList();
        for (PortNetworkPolicyRule rule : rules) {
          if (rule.getRemotePoliciesCount() == 0
              || rule.getRemotePoliciesList().contains(identity)) {
            tiers
                .computeIfAbsent(
                    Integer.toUnsignedLong(rule.getPrecedence()), _ -> new ArrayList<>())
                .add(rule);
          }
        }
      }
    }
    for (List<PortNetworkPolicyRule> tier : tiers.descendingMap().values()) {
      if (tier.stream().anyMatch(PortNetworkPolicyRule::getDeny)) {
        return false;
      }
      if (tier.stream().anyMatch(rule -> word == null || allowsWord(rule, word))) {
        return true;
      }
    }
    return false;
  }

  private static boolean allowsWord(PortNetworkPolicyRule rule, String word) {
    return !rule.hasHttpRules()
        || rule.getHttpRules().getHttpRulesList().stream()
            .anyMatch(http -> http.getHeaders(0).getExactMatch().equals(word));
  }

  private static Action kernel(List<PortVerdict> verdicts, int port, int identity) {
    Action any = Action.DENY;
    for (PortVerdict verdict : verdicts) {
      if (verdict.firstPort() <= port && port <= verdict.lastPort()) {
        if (!verdict.peers().isAny() && verdict.peers().include(identity)) {
          return verdict.action();
        }
        if (verdict.peers().isAny()) {
          any = verdict.action();
        }
      }
    }
    return any;
  }
}
