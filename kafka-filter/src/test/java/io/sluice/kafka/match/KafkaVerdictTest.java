package io.sluice.kafka.match;

import static io.sluice.kafka.match.KafkaRulesTest.rule;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.cilium.KafkaNetworkPolicyRules;
import io.sluice.cilium.NetworkPolicy;
import io.sluice.cilium.PortNetworkPolicy;
import io.sluice.cilium.PortNetworkPolicyRule;
import io.sluice.kafka.match.KafkaRequest.Scope;
import io.sluice.kafka.match.KafkaVerdict.Effect;
import io.sluice.proxy.policy.Denial;
import io.sluice.proxy.policy.Direction;
import io.sluice.proxy.policy.PeerPolicy;
import io.sluice.proxy.policy.Permit;
import io.sluice.proxy.policy.compile.PolicyCompiler;
import io.sluice.proxy.policy.rule.NearestMiss;
import io.sluice.proxy.policy.rule.Protocol;
import java.net.InetAddress;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What becomes of a request under rules for a producer of {@code t} and {@code u}. */
class KafkaVerdictTest {
  private PeerPolicy policy;

  @BeforeEach
  void compile() throws Exception {
    PortNetworkPolicyRule rules =
        PortNetworkPolicyRule.newBuilder()
            .setKafkaRules(
                KafkaNetworkPolicyRules.newBuilder()
                    .addKafkaRules(rule("t", 0, 1))
                    .addKafkaRules(rule("u", 0)))
            .build();
    PolicyCompiler compiler = new PolicyCompiler(List.of(new KafkaRuleCompiler()));
    assertThat(
            compiler.replacePolicies(
                List.of(
                    NetworkPolicy.newBuilder()
                        .setEndpointId(7)
                        .addEndpointIps("192.0.2.7")
                        .addIngressPerPortPolicies(
                            PortNetworkPolicy.newBuilder().setPort(9092).addRules(rules))
                        .build())))
        .isEmpty();
    policy =
        compiler
            .snapshot()
            .endpoint(InetAddress.getByName("192.0.2.7"))
            .peer(Direction.INGRESS, Protocol.TCP, 9092, 300);
    assertThat(policy.protocol()).isEqualTo("kafka");
  }

  @ParameterizedTest
  @CsvSource({
    // key, scope, topics | effect, denied, nothing allowed
    "0,  NAMED,   t,     FORWARD, '',   false", // produce
    "0,  NAMED,   t u t, FORWARD, '',   false",
    "0,  NAMED,   t x,   CUT,     x,    false",
    "0,  NAMED,   x t x, CUT,     x x,  false",
    "0,  NAMED,   x,     REFUSE,  x,    true",
    "0,  NAMED,   '',    REFUSE,  '',   true",
    "0,  UNKNOWN, '',    REFUSE,  '',   true",
    "1,  NAMED,   t u,   CUT,     u,    false", // fetch
    "3,  NAMED,   t,     FORWARD, '',   false", // metadata
    "3,  NAMED,   '',    FORWARD, '',   false",
    "3,  NAMED,   t x,   CUT,     x,    false",
    "3,  NAMED,   x,     CUT,     x,    true",
    "3,  EVERY,   '',    FILTER,  '',   false",
    "3,  UNKNOWN, '',    REFUSE,  '',   true",
    "9,  EVERY,   '',    FILTER,  '',   false", // offset fetch
    "9,  NAMED,   '',    REFUSE,  '',   true",
    "9,  NAMED,   u,     REFUSE,  u,    true",
    "2,  EVERY,   '',    REFUSE,  '',   true", // offsets
    "24, NAMED,   t u,   FORWARD, '',   false", // add partitions to transaction
    "24, NAMED,   t x,   REFUSE,  x,    true",
    "68, NAMED,   '',    FORWARD, '',   false", // consumer group heartbeat
    "68, NAMED,   t,     FORWARD, '',   false",
    "68, NAMED,   t u,   REFUSE,  u,    true",
    "68, UNKNOWN, '',    REFUSE,  '',   true",
    "18, NAMED,   '',    FORWARD, '',   false", // API versions
    "11, NAMED,   x,     FORWARD, '',   false", // join group: topics are advice
    "15, NAMED,   '',    REFUSE,  '',   true", // describe groups
    "19, NAMED,   t,     REFUSE,  t,    true", // create topics
    "51, NAMED,   '',    REFUSE,  '',   true", // alter SCRAM credentials
    "99, NAMED,   t,     REFUSE,  '',   true"
  })
  void eachTopicIsJudgedByItself(
      int key, Scope scope, String topics, Effect effect, String denied, boolean nothing) {
    KafkaVerdict verdict = judge(key, scope, words(topics));
    assertThat(verdict.effect()).isEqualTo(effect);
    assertThat(verdict.deniedTopics()).isEqualTo(words(denied));
    assertThat(verdict.nothingAllowed()).isEqualTo(nothing);
  }

  private KafkaVerdict judge(int key, Scope scope, List<String> topics) {
    return KafkaVerdict.of(policy::judge, new KafkaRequest(key, 9, "c", scope, topics, null, null));
  }

  private static List<String> words(String text) {
    return text.isEmpty() ? List.of() : List.of(text.split(" "));
  }

  @Test
  void theListedTopicsOfAnAnswerAreJudgedOneByOne() {
    KafkaRequest all = new KafkaRequest(9, 7, "c", Scope.EVERY, List.of(), null, null);
    assertThat(KafkaVerdict.ofListed(policy::judge, all, "t")).isInstanceOf(Permit.class);
    assertThat(KafkaVerdict.ofListed(policy::judge, all, "u")).isInstanceOf(Denial.class);
  }

  @Test
  void tooManyTopicsAreRefused() {
    assertThat(judge(0, Scope.NAMED, Collections.nCopies(10_000, "t")).effect())
        .isEqualTo(Effect.FORWARD);
    KafkaVerdict tooMany = judge(0, Scope.NAMED, Collections.nCopies(10_001, "t"));
    assertThat(tooMany.effect()).isEqualTo(Effect.REFUSE);
    assertThat(tooMany.nothingAllowed()).isTrue();
  }

  @Test
  void aDenialNamesTheNearestRules() {
    KafkaVerdict verdict = judge(0, Scope.NAMED, List.of("x"));
    Denial denial = (Denial) verdict.parts().getFirst().verdict();
    assertThat(denial.nearestMisses())
        .extracting(NearestMiss::why)
        .containsExactly(
            "is x, the rule wants t (matched: apiKey)", "is x, the rule wants u (matched: apiKey)");
  }
}
