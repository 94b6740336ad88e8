package io.sluice.proxy.policy.compile;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.cilium.NetworkPolicy;
import io.sluice.cilium.PortNetworkPolicy;
import io.sluice.cilium.PortNetworkPolicyRule;
import io.sluice.cilium.ShadowPolicy;
import io.sluice.proxy.policy.Audited;
import io.sluice.proxy.policy.Denial;
import io.sluice.proxy.policy.Direction;
import io.sluice.proxy.policy.EndpointPolicy;
import io.sluice.proxy.policy.PeerPolicy;
import io.sluice.proxy.policy.Permit;
import io.sluice.proxy.policy.PortVerdict;
import io.sluice.proxy.policy.PortVerdict.Action;
import io.sluice.proxy.policy.ReservedIdentity;
import io.sluice.proxy.policy.Verdict;
import io.sluice.proxy.policy.compile.WordRules.Word;
import io.sluice.proxy.policy.rule.Protocol;
import io.sluice.v1.IpProtocol;
import java.net.InetAddress;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import org.jspecify.annotations.Nullable;

/** Whatever the policy: the compiled form, the kernel's form and the plain reading agree. */
class PolicyPropertiesTest {
  private static final InetAddress POD = InetAddress.ofLiteral("10.0.0.1");
  private static final List<Integer> PORTS = List.of(0, 1, 79, 80, 81, 85, 90, 91, 255, 65535);
  private static final List<Integer> IDENTITIES = List.of(1, 2, 300, 301, -5, 999);
  private static final List<String> WORDS = List.of("a", "b", "c");

  // Precedence numbers of one tier, as the control plane gives them.
  private static final int DENY = 255;
  private static final int INSPECT = 154;
  private static final int ALLOW = 1;

  @Property(tries = 1000)
  void theCompiledPolicyDecidesAsThePlainReading(
      @ForAll("tiers") List<PortNetworkPolicy> entries,
      @ForAll Direction direction,
      @ForAll boolean yields)
      throws Exception {
    EndpointPolicy compiled = compile(entries, null, direction, yields);
    PlainReading plain = new PlainReading(entries, direction, yields);
    forEach(
        (protocol, port, identity) -> {
          PeerPolicy peer = compiled.peer(direction, protocol, port, identity);
          assertThat(peer.connection() instanceof Permit)
              .as("connection of %s to %s/%s", identity, port, protocol)
              .isEqualTo(plain.allows(protocol, port, identity, null));
          for (String word : WORDS) {
            Verdict verdict = peer.judge(new Word(word));
            assertThat(verdict instanceof Permit)
                .as("%s of %s to %s/%s", word, identity, port, protocol)
                .isEqualTo(plain.allows(protocol, port, identity, word));
            assertThat(peer.explain(new Word(word)).getClass()).isEqualTo(verdict.getClass());
          }
        });
  }

  @Property(tries = 1000)
  void auditNeverChangesWhatIsForwarded(
      @ForAll("tiers") List<PortNetworkPolicy> enforced,
      @ForAll("tiers") List<PortNetworkPolicy> shadow,
      @ForAll Direction direction,
      @ForAll boolean yields)
      throws Exception {
    EndpointPolicy alone = compile(enforced, null, direction, yields);
    EndpointPolicy audited = compile(enforced, shadow, direction, yields);
    PlainReading plain = new PlainReading(shadow, direction, yields);
    forEach(
        (protocol, port, identity) -> {
          PeerPolicy before = alone.peer(direction, protocol, port, identity);
          PeerPolicy now = audited.peer(direction, protocol, port, identity);
          String about = identity + " to " + port + "/" + protocol;
          Verdict connection = now.connection();
          assertAudited(
              about, before.connection(), connection, plain.allows(protocol, port, identity, null));
          if (before.protocol() != null || before.connection() instanceof Denial) {
            assertThat(now.protocol()).as(about).isEqualTo(before.protocol());
            assertThat(now.auditOnly()).as(about).isFalse();
          } else {
            assertThat(now.auditOnly()).as(about).isEqualTo(now.protocol() != null);
          }
          for (String word : WORDS) {
            if (!(connection instanceof Denial)) {
              assertAudited(
                  word + " of " + about,
                  before.judge(new Word(word)),
                  now.judge(new Word(word)),
                  plain.allows(protocol, port, identity, word));
            }
          }
        });
  }

  private static void assertAudited(
      String about, Verdict before, Verdict now, boolean shadowAllows) {
    assertThat(now.permit() != null).as(about).isEqualTo(before.permit() != null);
    if (now instanceof Denial denial) {
      assertThat(denial.reason().contains("without audit")).as(about).isEqualTo(shadowAllows);
    } else {
      assertThat(now instanceof Audited).as(about).isEqualTo(!shadowAllows);
    }
  }

  @Property(tries = 1000)
  void theKernelIsToldWhatThePolicyDecides(
      @ForAll("entries") List<PortNetworkPolicy> enforced,
      @ForAll("shadows") @Nullable List<PortNetworkPolicy> shadow,
      @ForAll Direction direction)
      throws Exception {
    EndpointPolicy compiled = compile(enforced, shadow, direction, true);
    List<PortVerdict> verdicts = compiled.ports(direction);
    forEach(
        (protocol, port, identity) -> {
          PeerPolicy peer = compiled.peer(direction, protocol, port, identity);
          PortVerdict told = kernel(verdicts, protocol, port, identity);
          String about = identity + " to " + port + "/" + protocol;
          boolean host = direction == Direction.INGRESS && identity == ReservedIdentity.HOST;
          if (peer.connection() instanceof Denial denial) {
            assertThat(told != null).as(about).isEqualTo(denial.byRule());
            assertThat(told == null || told.action() == Action.DENY).as(about).isTrue();
          } else if (peer.protocol() != null) {
            assertThat(told.action()).as(about).isEqualTo(Action.STEER);
            assertThat(told.audit()).as(about).isEqualTo(peer.auditOnly());
          } else if (told.action() == Action.STEER) {
            // Needless, and the proxy relays it.
            assertThat(host || told.audit()).as(about).isTrue();
          } else {
            assertThat(told.action()).as(about).isEqualTo(Action.PASS);
            assertThat(told.audit()).as(about).isEqualTo(peer.connection() instanceof Audited);
          }
        });
  }

  /** The rule by which entries are to be read, see {@link EndpointPolicy#ports}. */
  private static @Nullable PortVerdict kernel(
      List<PortVerdict> verdicts, Protocol protocol, int port, int identity) {
    return verdicts.stream()
        .filter(told -> told.protocol() == protocol || told.protocol() == Protocol.OTHER)
        .filter(told -> told.firstPort() <= port && port <= told.lastPort())
        .filter(told -> told.peers().include(identity))
        .min(
            Comparator.comparing(PortVerdict::action)
                .thenComparing(told -> told.peers().isAny())
                .thenComparing(told -> told.lastPort() - told.firstPort())
                .thenComparing(told -> told.protocol() == Protocol.OTHER))
        .orElse(null);
  }

  private interface Question {
    void ask(Protocol protocol, int port, int identity) throws Exception;
  }

  private static void forEach(Question question) throws Exception {
    for (Protocol protocol : Protocol.values()) {
      for (int port : protocol == Protocol.OTHER ? List.of(0) : PORTS) {
        for (int identity : IDENTITIES) {
          question.ask(protocol, port, identity);
        }
      }
    }
  }

  /** Entries with rules of any precedence. */
  @Provide
  Arbitrary<List<PortNetworkPolicy>> tiers() {
    return entries(Arbitraries.of(0, 1, 7, -1));
  }

  /** Entries with the precedences of one tier. */
  @Provide
  Arbitrary<List<PortNetworkPolicy>> entries() {
    return entries(Arbitraries.just(null));
  }

  @Provide
  Arbitrary<List<PortNetworkPolicy>> shadows() {
    return entries().injectNull(0.3);
  }

  private static Arbitrary<List<PortNetworkPolicy>> entries(Arbitrary<Integer> precedences) {
    Arbitrary<PortNetworkPolicyRule> rules =
        Combinators.combine(
                precedences,
                Arbitraries.frequency(Tuple.of(1, true), Tuple.of(4, false)),
                Arbitraries.of(1, 300, 301, -5).set().ofMaxSize(3),
                Arbitraries.of(WORDS).set().ofMaxSize(2))
            .as(PolicyPropertiesTest::rule);
    Arbitrary<PortNetworkPolicy> written =
        Combinators.combine(
                Arbitraries.frequency(
                    Tuple.of(4, IpProtocol.IP_PROTOCOL_TCP),
                    Tuple.of(2, IpProtocol.IP_PROTOCOL_EVERY),
                    Tuple.of(1, IpProtocol.IP_PROTOCOL_UDP),
                    Tuple.of(1, IpProtocol.IP_PROTOCOL_SCTP),
                    Tuple.of(1, IpProtocol.IP_PROTOCOL_ICMP)),
                Arbitraries.of(0, 1, 80, 81, 85, 255),
                Arbitraries.of(0, 81, 90, 255),
                rules.list().ofMaxSize(4))
            .as(PolicyPropertiesTest::entry);
    Arbitrary<PortNetworkPolicy> nodesOwn = precedences.map(PolicyPropertiesTest::nodesOwn);
    return Arbitraries.frequencyOf(Tuple.of(6, written), Tuple.of(1, nodesOwn)).list().ofMaxSize(5);
  }

  private static PortNetworkPolicyRule rule(
      @Nullable Integer precedence, boolean deny, Iterable<Integer> remotes, Set<String> words) {
    int low = deny ? DENY : words.isEmpty() ? ALLOW : INSPECT;
    PortNetworkPolicyRule.Builder rule =
        PortNetworkPolicyRule.newBuilder()
            .setPrecedence(precedence == null ? low : precedence)
            .addAllRemotePolicies(remotes)
            .setOrigin(io.sluice.v1.RuleOrigin.newBuilder().setName("p"));
    if (deny) {
      rule.setDeny(true);
    } else if (!words.isEmpty()) {
      rule.setHttpRules(WordRules.words(words.toArray(String[]::new)));
    }
    return rule.build();
  }

  /** That the node may reach its pods, which no policy says. */
  private static PortNetworkPolicy nodesOwn(@Nullable Integer precedence) {
    return PortNetworkPolicy.newBuilder()
        .setIpProtocol(IpProtocol.IP_PROTOCOL_EVERY)
        .addRules(
            PortNetworkPolicyRule.newBuilder()
                .setPrecedence(precedence == null ? ALLOW : precedence)
                .addRemotePolicies(ReservedIdentity.HOST))
        .build();
  }

  private static PortNetworkPolicy entry(
      IpProtocol protocol, int first, int last, List<PortNetworkPolicyRule> rules) {
    boolean every = protocol == IpProtocol.IP_PROTOCOL_EVERY;
    boolean icmp = protocol == IpProtocol.IP_PROTOCOL_ICMP;
    PortNetworkPolicy.Builder entry =
        PortNetworkPolicy.newBuilder()
            .setIpProtocol(protocol)
            .setPort(every ? 0 : first)
            .setEndPort(every || last < first || (first == 0 && !icmp) ? 0 : last);
    for (PortNetworkPolicyRule rule : rules) {
      boolean words = protocol == IpProtocol.IP_PROTOCOL_TCP;
      entry.addRules(words ? rule : rule.toBuilder().clearHttpRules().build());
    }
    return entry.build();
  }

  private static EndpointPolicy compile(
      List<PortNetworkPolicy> enforced,
      @Nullable List<PortNetworkPolicy> shadow,
      Direction direction,
      boolean yields)
      throws Exception {
    NetworkPolicy.Builder policy =
        NetworkPolicy.newBuilder().setEndpointId(1).addEndpointIps("10.0.0.1");
    boolean ingress = direction == Direction.INGRESS;
    for (PortNetworkPolicy entry : enforced) {
      IpProtocol protocol = entry.getIpProtocol();
      if (protocol == IpProtocol.IP_PROTOCOL_TCP || protocol == IpProtocol.IP_PROTOCOL_EVERY) {
        PortNetworkPolicy asCilium =
            protocol == IpProtocol.IP_PROTOCOL_TCP
                ? entry.toBuilder().clearIpProtocol().build()
                : entry;
        if (ingress) {
          policy.addIngressPerPortPolicies(asCilium);
        } else {
          policy.addEgressPerPortPolicies(asCilium);
        }
      } else if (ingress) {
        policy.addIngressOtherProtocols(entry);
      } else {
        policy.addEgressOtherProtocols(entry);
      }
    }
    if (shadow != null) {
      ShadowPolicy all = ShadowPolicy.newBuilder().addAllPerPortPolicies(shadow).build();
      if (ingress) {
        policy.setIngressShadow(all);
      } else {
        policy.setEgressShadow(all);
      }
    }
    PolicyCompiler compiler = new PolicyCompiler(List.of(new WordRules(yields)));
    assertThat(compiler.replacePolicies(List.of(policy.build()))).isEmpty();
    return compiler.snapshot().endpoint(POD);
  }
}
