package io.sluice.kafka.match;

import io.sluice.cilium.KafkaNetworkPolicyRule;
import io.sluice.cilium.PortNetworkPolicyRule;
import io.sluice.proxy.policy.rule.InvalidPolicyException;
import io.sluice.proxy.policy.rule.RuleCompiler;
import io.sluice.proxy.policy.rule.RuleMatcher;
import io.sluice.proxy.policy.rule.RuleOrigin;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Compiles the Kafka rules of a resource; refuses, by name, whatever it could not enforce as it is
 * written. Its matchers judge requests part by part: ask by {@link KafkaVerdict#of}.
 */
public final class KafkaRuleCompiler implements RuleCompiler {
  private static final int MAX_RULES = 1 << 14;
  private static final int MAX_CLIENT_ID = 1024;
  private static final int MAX_TOPIC = 255;

  @Override
  public String protocol() {
    return "kafka";
  }

  @Override
  public boolean compiles(PortNetworkPolicyRule rule) {
    return rule.hasKafkaRules();
  }

  @Override
  public RuleMatcher<?> compile(List<PortNetworkPolicyRule> rules) throws InvalidPolicyException {
    List<KafkaRule> compiled = new ArrayList<>();
    for (PortNetworkPolicyRule rule : rules) {
      if (rule.getKafkaRules().getKafkaRulesCount() == 0) {
        throw new InvalidPolicyException("kafka_rules: empty (expected: at least one rule)");
      }
      boolean implies = !rule.getKafkaRules().getNothingImplied();
      for (KafkaNetworkPolicyRule kafka : rule.getKafkaRules().getKafkaRulesList()) {
        compiled.add(
            rule(kafka, kafka.hasOrigin() ? kafka.getOrigin() : rule.getOrigin(), implies));
      }
    }
    if (compiled.size() > MAX_RULES) {
      throw new InvalidPolicyException(
          "kafka_rules: " + compiled.size() + " rules for one peer (expected: <= 16384)");
    }
    return new KafkaRuleMatcher(compiled);
  }

  private static KafkaRule rule(
      KafkaNetworkPolicyRule rule, io.sluice.v1.RuleOrigin origin, boolean implies)
      throws InvalidPolicyException {
    Set<Integer> keys = new TreeSet<>();
    for (int key : rule.getApiKeysList()) {
      if (key < 0 || key > Short.MAX_VALUE) {
        throw new InvalidPolicyException("api_keys: " + key + " (expected: 0..32767)");
      }
      keys.add(key);
    }
    if (rule.getApiVersion() > Short.MAX_VALUE) {
      throw new InvalidPolicyException(
          "api_version: " + rule.getApiVersion() + " (expected: 0..32767, or negative for any)");
    }
    if (rule.getClientId().length() > MAX_CLIENT_ID) {
      throw new InvalidPolicyException(
          "client_id: "
              + rule.getClientId().length()
              + " characters (expected: <= "
              + MAX_CLIENT_ID
              + ")");
    }
    String topic = rule.getTopic();
    if (!topic.isEmpty() && !isTopic(topic)) {
      throw new InvalidPolicyException(
          "topic: \"" + topic + "\" (expected: 1 to 255 letters, digits, \".\", \"_\", \"-\")");
    }
    return new KafkaRule(
        RuleOrigin.of(origin),
        Set.copyOf(keys),
        Math.max(rule.getApiVersion(), KafkaRule.ANY_VERSION),
        rule.getClientId(),
        topic,
        implies ? KafkaRule.impliedBy(keys) : Set.of());
  }

  // Cilium takes more characters than topics can have; such a rule just never matches.
  private static boolean isTopic(String topic) {
    return topic.length() <= MAX_TOPIC && topic.chars().allMatch(TopicName::isCharacter);
  }
}
