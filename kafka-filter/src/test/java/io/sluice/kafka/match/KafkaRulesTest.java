package io.sluice.kafka.match;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.sluice.cilium.KafkaNetworkPolicyRule;
import io.sluice.cilium.KafkaNetworkPolicyRules;
import io.sluice.cilium.PortNetworkPolicyRule;
import io.sluice.proxy.policy.rule.InvalidPolicyException;
import io.sluice.proxy.policy.rule.NearestMiss;
import io.sluice.proxy.policy.rule.RuleMatcher;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Rules match what they say and imply, and nothing is enforced by halves. */
class KafkaRulesTest {

  @SuppressWarnings("unchecked") // the matcher of this module
  static RuleMatcher<Access> compile(boolean nothingImplied, KafkaNetworkPolicyRule... rules)
      throws InvalidPolicyException {
    KafkaNetworkPolicyRules kafka =
        KafkaNetworkPolicyRules.newBuilder()
            .setNothingImplied(nothingImplied)
            .addAllKafkaRules(Arrays.asList(rules))
            .build();
    return (RuleMatcher<Access>)
        new KafkaRuleCompiler()
            .compile(List.of(PortNetworkPolicyRule.newBuilder().setKafkaRules(kafka).build()));
  }

  static KafkaNetworkPolicyRule.Builder rule(String topic, Integer... apiKeys) {
    return KafkaNetworkPolicyRule.newBuilder()
        .setApiVersion(-1)
        .setTopic(topic)
        .addAllApiKeys(List.of(apiKeys));
  }

  private static KafkaRequest request(int key, int version, String client) {
    return KafkaRequest.naming(key, version, client, List.of());
  }

  private static Access onTopic(int key, String topic) {
    return Access.to(request(key, 9, "c"), topic);
  }

  @ParameterizedTest
  @CsvSource({
    // keys, version, client, topic | key, version, client, topic | matches
    "'',    -1, '', '', 0,  9, c,  t, true",
    "0,     -1, '', '', 0,  9, c,  t, true",
    "0,     -1, '', '', 1,  9, c,  t, false",
    "0 1,   -1, '', '', 1,  9, c,  t, true",
    "0,     0,  '', '', 0,  0, c,  t, true",
    "0,     0,  '', '', 0,  1, c,  t, false",
    "0,     9,  '', '', 0,  9, c,  t, true",
    "0,     -1, c,  '', 0,  9, c,  t, true",
    "0,     -1, c,  '', 0,  9, C,  t, false",
    "0,     -1, c,  '', 0,  9, ,   t, false",
    "0,     -1, '', t,  0,  9, ,   t, true",
    "0,     -1, '', t,  0,  9, c,  T, false",
    "0,     -1, '', t,  0,  9, c,  tt, false",
    "'',    -1, '', t,  0,  9, c,  t, true",
    "'',    -1, '', t,  19, 9, c,  u, false",
    "12,    -1, '', t,  12, 9, c,  '', true",
    "12,    -1, '', t,  0,  9, c,  t, false"
  })
  void matchesWhatItSays(
      String keys,
      int version,
      String client,
      String topic,
      int key,
      int cameVersion,
      String cameClient,
      String cameTopic,
      boolean matches)
      throws Exception {
    KafkaNetworkPolicyRule.Builder rule = rule(topic).setApiVersion(version).setClientId(client);
    for (String one : keys.isEmpty() ? new String[0] : keys.split(" ")) {
      rule.addApiKeys(Integer.parseInt(one));
    }
    KafkaRequest request = request(key, cameVersion, cameClient);
    Access access = cameTopic.isEmpty() ? Access.toNone(request) : Access.to(request, cameTopic);
    RuleMatcher<Access> strict = compile(true, rule("other", 99).build(), rule.build());
    assertThat(strict.match(access)).isEqualTo(matches ? 1 : RuleMatcher.NONE);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 22, 3, 10, 24, 25, 26, 17, 18, 36})
  void aProducerGetsWhatItNeeds(int key) throws Exception {
    assertThat(compile(false, rule("t", 0).build()).match(onTopic(key, "t"))).isZero();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 8, 9, 10, 11, 12, 13, 14, 23, 28, 68, 17, 18, 36})
  void aConsumerGetsWhatItNeeds(int key) throws Exception {
    assertThat(compile(false, rule("t", 1).build()).match(onTopic(key, "t"))).isZero();
  }

  @Test
  void whatIsImpliedReachesNoFurtherThanItsRule() throws Exception {
    RuleMatcher<Access> rules = compile(false, rule("t", 0, 1).setClientId("c").build());
    for (KafkaApi api : KafkaApi.values()) {
      assertThat(rules.match(onTopic(api.key(), "u"))).as(api + " on u").isNegative();
      assertThat(rules.match(Access.toEvery(request(api.key(), 9, "c"))))
          .as("%s", api)
          .isNegative();
      assertThat(rules.match(Access.to(request(api.key(), 9, "d"), "t")))
          .as("%s", api)
          .isNegative();
    }
    for (int key : new int[] {4, 15, 19, 20, 29, 33, 37, 42, 44, 51}) {
      assertThat(rules.match(onTopic(key, "t"))).as("%s", key).isNegative();
    }
    RuleMatcher<Access> strict = compile(true, rule("t", 0, 1).build());
    for (int key : new int[] {2, 3, 10, 17, 18, 22, 36}) {
      assertThat(strict.match(onTopic(key, "t"))).as("%s", key).isNegative();
    }
  }

  @Test
  void aVersionIsAboutTheApisThatTheRuleNames() throws Exception {
    RuleMatcher<Access> rules = compile(false, rule("t", 0).setApiVersion(3).build());
    assertThat(rules.match(onTopic(0, "t"))).isNegative();
    assertThat(rules.match(onTopic(22, "t"))).isZero();
  }

  @Test
  void everyRuleImpliesTheListOfBrokersButNoTopic() throws Exception {
    RuleMatcher<Access> rules = compile(false, rule("", 12).build());
    assertThat(rules.match(Access.toNone(request(3, 9, "c")))).isZero();
    assertThat(rules.match(onTopic(3, "t"))).isNegative();
    assertThat(rules.match(Access.toEvery(request(3, 9, "c")))).isNegative();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ".", "..", "a b", "a\\b", "a/b", "a\u0000b", "\ufffd", "ä"})
  void whatIsNoTopicsNameIsNeverAllowed(String topic) throws Exception {
    assertThat(compile(false, rule("").build()).match(onTopic(0, topic))).isNegative();
  }

  @Test
  void hasBounds() throws Exception {
    RuleMatcher<Access> any = compile(false, rule("").build());
    assertThat(any.match(onTopic(0, "t".repeat(249)))).isZero();
    assertThat(any.match(onTopic(0, "t".repeat(250)))).isNegative();
    compile(false, rule("t".repeat(255)).build());
    refused(rule("t".repeat(256)), "topic");
    refused(rule("a\\b"), "topic");
    refused(rule("", -1), "api_keys: -1");
    refused(rule("", 40_000), "api_keys: 40000");
    refused(rule("").setApiVersion(40_000), "api_version: 40000");
    refused(rule("").setClientId("c".repeat(1025)), "client_id: 1025");
    assertThatThrownBy(() -> compile(false))
        .isInstanceOf(InvalidPolicyException.class)
        .hasMessageContaining("at least one rule");
  }

  private static void refused(KafkaNetworkPolicyRule.Builder rule, String named) {
    assertThatThrownBy(() -> compile(false, rule.build()))
        .isInstanceOf(InvalidPolicyException.class)
        .hasMessageContaining(named);
  }

  @Test
  void aMissNamesTheFirstFieldThatFails() throws Exception {
    RuleMatcher<Access> rules =
        compile(
            false,
            rule("t", 19).build(),
            rule("t", 0, 1).setApiVersion(3).setClientId("c").build());
    assertMiss(
        rules,
        Access.to(request(0, 3, "c"), "u"),
        "topic",
        "is u, the rule wants t (matched: apiKey, apiVersion, clientID)");
    assertMiss(
        rules,
        Access.to(request(0, 3, "d"), "t"),
        "clientID",
        "is d, the rule wants c (matched: apiKey, apiVersion, topic)");
    assertMiss(
        rules,
        Access.to(request(0, 3, null), "t"),
        "clientID",
        "there is none, the rule wants c (matched: apiKey, apiVersion, topic)");
    assertMiss(
        rules,
        Access.to(request(0, 4, "c"), "t"),
        "apiVersion",
        "is 4, the rule wants 3 (matched: apiKey, clientID, topic)");
    assertMiss(
        rules,
        Access.to(request(20, 3, "x"), "t"),
        "apiKey",
        "is deletetopics, the rule wants createtopics (matched: topic)");
    assertMiss(
        rules,
        Access.to(request(0, 3, "c"), "a b"),
        "topic",
        "is no name that a topic can have (matched: apiKey, apiVersion, clientID)");
    assertMiss(
        rules,
        Access.toEvery(request(0, 3, "c")),
        "topic",
        "is any, or can't be told, the rule wants t (matched: apiKey, apiVersion, clientID)");
    assertThat(rules.nearest(onTopic(99, "u"), 5))
        .extracting(NearestMiss::field, NearestMiss::why)
        .contains(tuple("apiKey", "is 99, the rule wants produce or fetch (matched: clientID)"));
  }

  private static void assertMiss(
      RuleMatcher<Access> rules, Access access, String field, String why) {
    assertThat(rules.match(access)).isNegative();
    NearestMiss nearest = rules.nearest(access, 1).getFirst();
    assertThat(nearest.field()).isEqualTo(field);
    assertThat(nearest.why()).isEqualTo(why);
  }

  @Provide
  Arbitrary<List<KafkaNetworkPolicyRule>> rules() {
    Arbitrary<List<Integer>> keys = Arbitraries.of(0, 1, 3, 12, 24, 99).list().ofMaxSize(2);
    return Combinators.combine(
            keys,
            Arbitraries.of(-1, 0, 3),
            Arbitraries.of("", "c", "d"),
            Arbitraries.of("", "t", "u"))
        .as(
            (of, version, client, topic) ->
                rule(topic).addAllApiKeys(of).setApiVersion(version).setClientId(client).build())
        .list()
        .ofMinSize(1)
        .ofMaxSize(8);
  }

  @Provide
  Arbitrary<Access> accesses() {
    return Combinators.combine(
            Arbitraries.of(0, 1, 2, 3, 12, 18, 22, 24, 42, 99, 30_000),
            Arbitraries.of(0, 3, 7),
            Arbitraries.of("c", "d", "e").injectNull(0.2),
            Arbitraries.of("t", "u", "v", "a b", "none", "every"))
        .as(
            (key, version, client, topic) ->
                switch (topic) {
                  case "none" -> Access.toNone(request(key, version, client));
                  case "every" -> Access.toEvery(request(key, version, client));
                  default -> Access.to(request(key, version, client), topic);
                });
  }

  @Property(tries = 20_000, seed = "8")
  void theIndexFindsWhatItsRulesAllow(
      @ForAll("rules") List<KafkaNetworkPolicyRule> rules,
      @ForAll boolean strict,
      @ForAll("accesses") Access access)
      throws Exception {
    RuleMatcher<Access> all = compile(strict, rules.toArray(new KafkaNetworkPolicyRule[0]));
    List<Integer> alone = new ArrayList<>();
    for (int i = 0; i < rules.size(); i++) {
      if (strict
          ? holds(rules.get(i), access)
          : compile(false, rules.get(i)).matching(access).size() == 1) {
        alone.add(i);
      }
    }
    assertThat(all.matching(access)).isEqualTo(alone);
    if (alone.isEmpty()) {
      assertThat(all.match(access)).isEqualTo(RuleMatcher.NONE);
      assertThat(all.nearest(access, 5)).isNotEmpty();
    } else {
      assertThat(alone).contains(all.match(access));
    }
  }

  /** A rule without what it implies, evaluated by its words. */
  private static boolean holds(KafkaNetworkPolicyRule rule, Access access) {
    KafkaRequest request = access.request();
    return (rule.getApiKeysCount() == 0 || rule.getApiKeysList().contains(request.apiKey()))
        && (rule.getApiVersion() < 0 || rule.getApiVersion() == request.apiVersion())
        && (rule.getClientId().isEmpty() || rule.getClientId().equals(request.clientId()))
        && switch (access.reach()) {
          case NO_TOPIC -> true;
          case EVERY_TOPIC -> rule.getTopic().isEmpty();
          case TOPIC ->
              access.topic().matches("[a-z]+")
                  && (rule.getTopic().isEmpty() || rule.getTopic().equals(access.topic()));
        };
  }
}
