package io.sluice.proxy.policy.compile;

import static io.sluice.proxy.policy.compile.WordRules.words;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import io.envoyproxy.envoy.config.core.v3.SocketAddress;
import io.envoyproxy.envoy.config.route.v3.HeaderMatcher;
import io.sluice.cilium.HttpNetworkPolicyRules;
import io.sluice.cilium.NetworkPolicy;
import io.sluice.cilium.PortNetworkPolicy;
import io.sluice.cilium.PortNetworkPolicyRule;
import io.sluice.cilium.TLSContext;
import io.sluice.proxy.policy.Denial;
import io.sluice.proxy.policy.Direction;
import io.sluice.proxy.policy.EndpointPolicy;
import io.sluice.proxy.policy.PeerPolicy;
import io.sluice.proxy.policy.Permit;
import io.sluice.proxy.policy.PolicySnapshot;
import io.sluice.proxy.policy.PortVerdict;
import io.sluice.proxy.policy.PortVerdict.Action;
import io.sluice.proxy.policy.Remotes;
import io.sluice.proxy.policy.ReservedIdentity;
import io.sluice.proxy.policy.compile.WordRules.Word;
import io.sluice.proxy.policy.rule.InvalidPolicyException;
import io.sluice.proxy.policy.rule.NearestMiss;
import io.sluice.proxy.policy.rule.Protocol;
import io.sluice.proxy.policy.rule.RuleOrigin;
import io.sluice.v1.EndpointInfo;
import java.net.InetAddress;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class PolicyCompilerTest {
  private static final InetAddress POD = InetAddress.ofLiteral("10.0.0.1");
  private static final int A = 300;
  private static final int B = 301;

  private final WordRules protocol = new WordRules();
  private final PolicyCompiler compiler = new PolicyCompiler(List.of(protocol));

  @Test
  void anAddressWithoutPolicyHasNone() throws Exception {
    assertThat(PolicyCompiler.EMPTY.endpoint(POD)).isNull();
    assertThat(compiled(policy()).endpoint(InetAddress.ofLiteral("10.0.0.2"))).isNull();
  }

  @Test
  void anEmptyDirectionDeniesEverybody() throws Exception {
    EndpointPolicy endpoint = endpoint(policy());
    for (Direction direction : Direction.values()) {
      for (int port : new int[] {1, 80, 65535}) {
        assertThat(endpoint.peer(direction, Protocol.TCP, port, A).connection())
            .isInstanceOf(Denial.class);
        assertThat(endpoint.peer(direction, Protocol.TCP, port, ReservedIdentity.HOST).connection())
            .isInstanceOf(Denial.class);
      }
      assertThat(endpoint.ports(direction)).isEmpty();
    }
  }

  @Test
  void anEntryWithoutRulesAllowsEverything() throws Exception {
    EndpointPolicy endpoint =
        endpoint(policy().addIngressPerPortPolicies(PortNetworkPolicy.newBuilder()));
    assertThat(endpoint.ports(Direction.INGRESS))
        .containsExactly(verdict(ReservedIdentity.ANY, 0, 65535, Action.PASS));
    assertThat(endpoint.peer(Direction.INGRESS, Protocol.TCP, 1234, A).unrestricted()).isTrue();
    assertThat(endpoint.ports(Direction.EGRESS)).isEmpty();
  }

  @Test
  void overlappingRangesAreCutAndAnyPortRulesAddedToEach() throws Exception {
    EndpointPolicy endpoint =
        endpoint(
            policy()
                .addEgressPerPortPolicies(port(80, 90, rule(A)))
                .addEgressPerPortPolicies(port(85, 65535, rule(B)))
                .addEgressPerPortPolicies(port(0, 0, rule(A + B))));
    assertThat(endpoint.ports(Direction.EGRESS))
        .containsExactly(
            verdict(A, 80, 90, Action.PASS),
            verdict(B, 85, 65535, Action.PASS),
            verdict(A + B, 0, 65535, Action.PASS));
    assertThat(allowed(endpoint, Direction.EGRESS, 90, A)).isTrue();
    assertThat(allowed(endpoint, Direction.EGRESS, 91, A)).isFalse();
    assertThat(allowed(endpoint, Direction.EGRESS, 65535, B)).isTrue();
    assertThat(allowed(endpoint, Direction.EGRESS, 84, B)).isFalse();
  }

  @Test
  void entriesOfOtherProtocolsAreLeftOut() throws Exception {
    PortNetworkPolicy udp = port(53, 0).setProtocol(SocketAddress.Protocol.UDP).build();
    assertThat(endpoint(policy().addEgressPerPortPolicies(udp)).ports(Direction.EGRESS)).isEmpty();
  }

  @Test
  void l7RulesOfAllRulesThatMatchThePeerAreOr() throws Exception {
    EndpointPolicy endpoint =
        endpoint(
            policy()
                .addIngressPerPortPolicies(
                    port(
                        80,
                        0,
                        rule(A).setHttpRules(words("a")),
                        rule(A, B).setHttpRules(words("ab")),
                        rule().setHttpRules(words("any")))));
    PeerPolicy a = endpoint.peer(Direction.INGRESS, Protocol.TCP, 80, A);
    assertThat(a.protocol()).isEqualTo("word");
    assertThat(allowedWords(a)).containsExactly("a", "ab", "any");
    assertThat(allowedWords(endpoint.peer(Direction.INGRESS, Protocol.TCP, 80, B)))
        .containsExactly("ab", "any");
    assertThat(allowedWords(endpoint.peer(Direction.INGRESS, Protocol.TCP, 80, 999)))
        .containsExactly("any");
    assertThat(((Permit) a.judge(new Word("ab"))).allowedBy().rule()).isEqualTo("word=ab");
    Denial denial = (Denial) a.judge(new Word("x"));
    assertThat(denial.nearestMisses()).extracting(NearestMiss::why).contains("wants a");
    assertThat(denial.deniedBy()).isEqualTo(RuleOrigin.NONE);
  }

  @Test
  void aRuleWithoutL7AllowsEveryRequestOfItsPeersButStaysInspected() throws Exception {
    EndpointPolicy endpoint =
        endpoint(
            policy()
                .addIngressPerPortPolicies(port(80, 0, rule().setHttpRules(words("any"))))
                .addIngressPerPortPolicies(port(0, 0, rule(B), rule(ReservedIdentity.HOST))));
    PeerPolicy b = endpoint.peer(Direction.INGRESS, Protocol.TCP, 80, B);
    assertThat(b.unrestricted()).isTrue();
    assertThat(b.protocol()).isEqualTo("word");
    assertThat(allowedWords(endpoint.peer(Direction.INGRESS, Protocol.TCP, 80, A)))
        .containsExactly("any");
    assertThat(endpoint.peer(Direction.INGRESS, Protocol.TCP, 80, ReservedIdentity.HOST).protocol())
        .isNull();
    assertThat(endpoint.ports(Direction.INGRESS))
        .containsExactly(
            verdict(ReservedIdentity.ANY, 80, 80, Action.STEER),
            verdict(ReservedIdentity.HOST, 0, 65535, Action.PASS),
            verdict(B, 0, 79, Action.PASS),
            verdict(B, 81, 65535, Action.PASS));
  }

  @Test
  void theNodeItselfIsInspectedOnTheWayOutAndWhereItIsRestricted() throws Exception {
    NetworkPolicy.Builder policy =
        policy()
            .addIngressPerPortPolicies(port(80, 0, rule().setHttpRules(words("any"))))
            .addEgressPerPortPolicies(
                port(80, 0, rule().setHttpRules(words("any")), rule(ReservedIdentity.HOST)));
    EndpointPolicy endpoint = endpoint(policy);
    assertThat(endpoint.peer(Direction.INGRESS, Protocol.TCP, 80, ReservedIdentity.HOST).protocol())
        .isEqualTo("word");
    assertThat(endpoint.peer(Direction.EGRESS, Protocol.TCP, 80, ReservedIdentity.HOST).protocol())
        .isEqualTo("word");
  }

  @Test
  void aDenyRuleWinsInItsTierAndIsNamed() throws Exception {
    EndpointPolicy endpoint =
        endpoint(
            policy()
                .addIngressPerPortPolicies(
                    port(
                        80,
                        0,
                        rule(),
                        rule(A).setHttpRules(words("a")),
                        rule(A)
                            .setDeny(true)
                            .setOrigin(io.sluice.v1.RuleOrigin.newBuilder().setName("no")))));
    Denial denial = (Denial) endpoint.peer(Direction.INGRESS, Protocol.TCP, 80, A).connection();
    assertThat(denial.deniedBy().name()).isEqualTo("no");
    assertThat(endpoint.peer(Direction.INGRESS, Protocol.TCP, 80, A).judge(new Word("a")))
        .isEqualTo(denial);
    assertThat(endpoint.ports(Direction.INGRESS))
        .containsExactly(
            verdict(ReservedIdentity.ANY, 80, 80, Action.PASS),
            new PortVerdict(
                Protocol.TCP,
                Remotes.of(List.of(A)),
                80,
                80,
                Action.DENY,
                false,
                "",
                new RuleOrigin("", "", "no", "")));
  }

  @Test
  void aStrongerTierIsAskedFirstAndTheWeakerOneWhereItDoesNotDecide() throws Exception {
    EndpointPolicy endpoint =
        endpoint(
            policy()
                .addIngressPerPortPolicies(
                    port(
                        80,
                        0,
                        rule(A).setDeny(true).setPrecedence(1),
                        rule(A).setHttpRules(words("strong")).setPrecedence(-1),
                        rule(A).setHttpRules(words("weak")).setPrecedence(0),
                        rule(B).setHttpRules(words("b")).setPrecedence(7),
                        rule(B).setPrecedence(3))));
    assertThat(allowedWords(endpoint.peer(Direction.INGRESS, Protocol.TCP, 80, A)))
        .containsExactly("strong");
    assertThat(endpoint.peer(Direction.INGRESS, Protocol.TCP, 80, B).unrestricted()).isTrue();
  }

  @Test
  void aMatcherThatThrowsIsADenialAndCounted() throws Exception {
    EndpointPolicy endpoint =
        endpoint(
            policy().addIngressPerPortPolicies(port(80, 0, rule().setHttpRules(words("any")))));
    long before = PeerPolicy.matcherFaults();
    assertThat(endpoint.peer(Direction.INGRESS, Protocol.TCP, 80, A).judge(new Word("fault")))
        .isInstanceOf(Denial.class);
    assertThat(PeerPolicy.matcherFaults()).isEqualTo(before + 1);
  }

  static Stream<Arguments> refused() {
    return Stream.of(
        Arguments.of("rules[0].pass_precedence", rule().setPassPrecedence(1)),
        Arguments.of("rules[0].proxy_id", rule().setProxyId(1)),
        Arguments.of("rules[0].server_names is set", rule().addServerNames("x")),
        Arguments.of("rules[0].l7_proto", rule().setL7Proto("kafka")),
        Arguments.of("remote_policies contains 0", rule(0)),
        Arguments.of(
            "downstream_tls_context",
            rule().setDownstreamTlsContext(TLSContext.getDefaultInstance())),
        Arguments.of(
            "upstream_tls_context", rule().setUpstreamTlsContext(TLSContext.getDefaultInstance())),
        Arguments.of("unknown field 101", rule().setUnknownFields(unknown(101))),
        Arguments.of(
            "unknown field 6 in envoy.config.route.v3.HeaderMatcher",
            rule()
                .setHttpRules(
                    HttpNetworkPolicyRules.newBuilder()
                        .addHttpRules(
                            words("x").getHttpRules(0).toBuilder()
                                .setHeaders(
                                    0,
                                    HeaderMatcher.newBuilder()
                                        .setName("word")
                                        .setUnknownFields(unknown(6)))))),
        Arguments.of("l7 holds no rule", rule().setHttpRules(words())),
        Arguments.of("the word is \"invalid\"", rule().setHttpRules(words("invalid"))),
        Arguments.of("can't be compiled", rule().setHttpRules(words("crash"))));
  }

  @ParameterizedTest
  @MethodSource
  void refused(String reason, PortNetworkPolicyRule.Builder rule) throws Exception {
    assertRefused(policy().addIngressPerPortPolicies(port(80, 0, rule)), reason);
    assertRefused(policy().addEgressPerPortPolicies(port(80, 0, rule)), reason);
  }

  static Stream<Arguments> malformed() {
    return Stream.of(
        with("endpoint_ips is empty", p -> p.clearEndpointIps()),
        with("endpoint_ips[0] is \"10.0.0.01\"", p -> p.setEndpointIps(0, "10.0.0.01")),
        with("endpoint_ips[0] is \"ingress\"", p -> p.setEndpointIps(0, "ingress")),
        with("two addresses of one family", p -> p.addEndpointIps("10.0.0.2")),
        with("unknown field 77", p -> p.setUnknownFields(unknown(77))),
        with("[0].port..end_port is 90..80", p -> p.addIngressPerPortPolicies(port(90, 80))),
        with("is 0..65536", p -> p.addIngressPerPortPolicies(port(0, 65536))),
        with("is 4294967295..", p -> p.addIngressPerPortPolicies(port(-1, 0))),
        with("end_port is set", p -> p.addIngressPerPortPolicies(port(0, 80))),
        with("protocol is 9", p -> p.addEgressPerPortPolicies(port(1, 1).setProtocolValue(9))));
  }

  private static Arguments with(String reason, Consumer<NetworkPolicy.Builder> change) {
    return Arguments.of(reason, change);
  }

  @ParameterizedTest
  @MethodSource
  void malformed(String reason, Consumer<NetworkPolicy.Builder> change) throws Exception {
    NetworkPolicy.Builder policy = policy();
    change.accept(policy);
    assertRefused(policy, reason);
  }

  @Test
  void whatDecidesNothingMayBeUnknown() throws Exception {
    NetworkPolicy.Builder policy = policy().setUnknownFields(unknown(5));
    policy.getEndpointBuilder().setUnknownFields(unknown(99));
    assertThat(compiler.replacePolicies(List.of(policy.build()))).isEmpty();
  }

  @Test
  void aRefusedResourceKeepsItsLastGoodVersionAndAllOthersApply() throws Exception {
    NetworkPolicy good = policy().addIngressPerPortPolicies(port(80, 0, rule(A))).build();
    NetworkPolicy other = other().build();
    compiler.replacePolicies(List.of(good, other));

    NetworkPolicy bad =
        good.toBuilder().addIngressPerPortPolicies(port(81, 0, rule().setProxyId(1))).build();
    NetworkPolicy changed = other().addIngressPerPortPolicies(port(82, 0, rule())).build();
    List<Rejection> rejections = compiler.replacePolicies(List.of(bad, changed));

    assertThat(rejections)
        .singleElement()
        .satisfies(
            rejection -> {
              assertThat(rejection.resource()).isEqualTo("7");
              assertThat(rejection.about()).isEqualTo("prod/api");
              assertThat(rejection.lastGood()).isTrue();
            });
    PolicySnapshot snapshot = compiler.snapshot();
    assertThat(allowed(snapshot.endpoint(POD), Direction.INGRESS, 80, A)).isTrue();
    assertThat(allowed(snapshot.endpoint(POD), Direction.INGRESS, 81, A)).isFalse();
    assertThat(
            allowed(snapshot.endpoint(InetAddress.ofLiteral("10.0.0.9")), Direction.INGRESS, 82, A))
        .isTrue();

    assertThat(compiler.replacePolicies(List.of(bad))).hasSize(1);
    assertThat(compiler.snapshot().endpoints()).hasSize(1);
    assertThat(compiler.replacePolicies(List.of(good))).isEmpty();
  }

  @Test
  void aNewEndpointWhoseResourceIsRefusedDeniesEverything() throws Exception {
    NetworkPolicy bad =
        policy()
            .addEndpointIps("nonsense")
            .addIngressPerPortPolicies(PortNetworkPolicy.newBuilder())
            .build();
    for (int i = 0; i < 2; i++) {
      assertThat(compiler.replacePolicies(List.of(bad)))
          .singleElement()
          .satisfies(rejection -> assertThat(rejection.lastGood()).isFalse());
      EndpointPolicy endpoint = compiler.snapshot().endpoint(POD);
      assertThat(endpoint.endpoint().hostInterface()).isEqualTo("lxc7");
      assertThat(endpoint.endpoint().judged(Direction.INGRESS)).isTrue();
      assertThat(endpoint.endpoint().judged(Direction.EGRESS)).isFalse();
      assertThat(endpoint.ports(Direction.INGRESS)).isEmpty();
      assertThat(allowed(endpoint, Direction.INGRESS, 80, A)).isFalse();
    }
  }

  @Test
  void anAddressOrNumberBelongsToOneEndpointOnly() throws Exception {
    assertThat(compiler.replacePolicies(List.of(policy().build(), policy().build())))
        .singleElement()
        .satisfies(rejection -> assertThat(rejection.reason()).contains("endpoint_id"));
    NetworkPolicy thief =
        other()
            .setEndpointIps(0, "10.0.0.1")
            .addIngressPerPortPolicies(PortNetworkPolicy.newBuilder())
            .build();
    assertThat(compiler.replacePolicies(List.of(policy().build(), thief)))
        .singleElement()
        .satisfies(rejection -> assertThat(rejection.reason()).contains("10.0.0.1"));
    assertThat(compiler.snapshot().endpoint(POD).endpoint().id()).isEqualTo(7);
  }

  @Test
  void aResourceWithoutNumberChangesNothing() throws Exception {
    compiler.replacePolicies(List.of(policy().build()));
    NetworkPolicy nameless = other().setEndpointId(0).build();
    assertThatThrownBy(() -> compiler.replacePolicies(List.of(nameless)))
        .isInstanceOf(InvalidPolicyException.class);
    assertThat(compiler.snapshot().endpoints()).hasSize(1);
  }

  @Test
  void unchangedResourcesAndEqualRulesAreCompiledOnce() throws Exception {
    PortNetworkPolicy.Builder port =
        port(
            80,
            0,
            rule(A).setHttpRules(words("a")),
            rule(A).setHttpRules(words("b")),
            rule(B).setHttpRules(words("a")),
            rule(B).setHttpRules(words("b")));
    NetworkPolicy first = policy().addIngressPerPortPolicies(port).build();
    NetworkPolicy second = other().addIngressPerPortPolicies(port).build();
    EndpointPolicy compiled = compiled(first.toBuilder(), second.toBuilder()).endpoint(POD);
    assertThat(protocol.compilations).isEqualTo(1);
    assertThat(compiled(first.toBuilder()).endpoint(POD)).isSameAs(compiled);
    assertThat(protocol.compilations).isEqualTo(1);
  }

  @Test
  void everySnapshotHasTheNextVersion() throws Exception {
    assertThat(compiler.snapshot().version()).isEqualTo(1);
    assertThat(compiler.snapshot().version()).isEqualTo(2);
  }

  private void assertRefused(NetworkPolicy.Builder policy, String reason) throws Exception {
    assertThat(compiler.replacePolicies(List.of(policy.build())))
        .singleElement()
        .satisfies(rejection -> assertThat(rejection.reason()).contains(reason));
    assertThat(compiler.snapshot().endpoints())
        .singleElement()
        .satisfies(endpoint -> assertThat(endpoint.ports(Direction.INGRESS)).isEmpty());
  }

  private PolicySnapshot compiled(NetworkPolicy.Builder... policies) throws Exception {
    List<NetworkPolicy> built = Stream.of(policies).map(NetworkPolicy.Builder::build).toList();
    assertThat(compiler.replacePolicies(built)).isEmpty();
    return compiler.snapshot();
  }

  private EndpointPolicy endpoint(NetworkPolicy.Builder policy) throws Exception {
    return compiled(policy).endpoint(POD);
  }

  private static boolean allowed(
      EndpointPolicy endpoint, Direction direction, int port, int identity) {
    return endpoint.peer(direction, Protocol.TCP, port, identity).connection() instanceof Permit;
  }

  private static List<String> allowedWords(PeerPolicy peer) {
    return Stream.of("a", "ab", "any", "b", "strong", "weak")
        .filter(word -> peer.judge(new Word(word)) instanceof Permit)
        .toList();
  }

  private static PortVerdict verdict(int identity, int first, int last, Action action) {
    Remotes peers = identity == ReservedIdentity.ANY ? Remotes.ANY : Remotes.of(List.of(identity));
    String inspectedBy = action == Action.STEER ? "word" : "";
    return new PortVerdict(
        Protocol.TCP, peers, first, last, action, false, inspectedBy, RuleOrigin.NONE);
  }

  private static UnknownFieldSet unknown(int field) {
    return UnknownFieldSet.newBuilder()
        .addField(
            field,
            UnknownFieldSet.Field.newBuilder()
                .addLengthDelimited(ByteString.copyFromUtf8("x"))
                .build())
        .build();
  }

  private static NetworkPolicy.Builder policy() {
    return NetworkPolicy.newBuilder()
        .setEndpointId(7)
        .addEndpointIps("10.0.0.1")
        .setEndpoint(
            EndpointInfo.newBuilder()
                .setNamespace("prod")
                .setName("api")
                .setInterface("lxc7")
                .setIngress(io.sluice.v1.Enforcement.ENFORCEMENT_ENFORCING));
  }

  private static NetworkPolicy.Builder other() {
    return NetworkPolicy.newBuilder().setEndpointId(9).addEndpointIps("10.0.0.9");
  }

  private static PortNetworkPolicy.Builder port(
      int first, int last, PortNetworkPolicyRule.Builder... rules) {
    PortNetworkPolicy.Builder port = PortNetworkPolicy.newBuilder().setPort(first).setEndPort(last);
    Stream.of(rules).forEach(port::addRules);
    return port;
  }

  private static PortNetworkPolicyRule.Builder rule(Integer... remotes) {
    return PortNetworkPolicyRule.newBuilder().addAllRemotePolicies(List.of(remotes));
  }
}
