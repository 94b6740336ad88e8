package io.sluice.kafka.match;

import io.sluice.proxy.policy.rule.RuleMatcher;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Finds a rule that allows an access by at most a dozen lookups, however many rules there are: by
 * API, then by topic, then by client, then by version.
 */
final class RuleIndex {
  private final Map<Integer, OfApi> byApi = new HashMap<>();
  private final OfApi anyApi = new OfApi();

  RuleIndex(List<KafkaRule> rules) {
    for (int i = 0; i < rules.size(); i++) {
      add(rules.get(i), i);
    }
  }

  private void add(KafkaRule rule, int index) {
    if (rule.apiKeys().isEmpty()) {
      anyApi.add(rule, rule.apiVersion(), index);
    }
    for (int key : rule.apiKeys()) {
      api(key).add(rule, rule.apiVersion(), index);
    }
    for (int key : rule.implied()) {
      api(key).add(rule, KafkaRule.ANY_VERSION, index);
    }
    if (rule.impliesBrokers()) {
      api(KafkaApi.METADATA.key()).some.add(rule, KafkaRule.ANY_VERSION, index);
    }
  }

  private OfApi api(int key) {
    return byApi.computeIfAbsent(key, _ -> new OfApi());
  }

  int find(Access access) {
    OfApi api = byApi.get(access.request().apiKey());
    int rule = api == null ? RuleMatcher.NONE : api.find(access);
    return rule == RuleMatcher.NONE ? anyApi.find(access) : rule;
  }

  /** The rules for one API. */
  private static final class OfApi {
    private final OfTopic some = new OfTopic();
    private final OfTopic anyTopic = new OfTopic();
    private final Map<String, OfTopic> byTopic = new HashMap<>();

    void add(KafkaRule rule, int version, int index) {
      some.add(rule, version, index);
      OfTopic topic =
          rule.topic().isEmpty()
              ? anyTopic
              : byTopic.computeIfAbsent(rule.topic(), _ -> new OfTopic());
      topic.add(rule, version, index);
    }

    int find(Access access) {
      return switch (access.reach()) {
        case NO_TOPIC -> some.find(access.request());
        case EVERY_TOPIC -> anyTopic.find(access.request());
        case TOPIC -> TopicName.isValid(access.topic()) ? ofTopic(access) : RuleMatcher.NONE;
      };
    }

    private int ofTopic(Access access) {
      OfTopic topic = byTopic.get(access.topic());
      int rule = topic == null ? RuleMatcher.NONE : topic.find(access.request());
      return rule == RuleMatcher.NONE ? anyTopic.find(access.request()) : rule;
    }
  }

  /** The rules for one API and one topic. */
  private static final class OfTopic {
    private final OfClient anyClient = new OfClient();
    private final Map<String, OfClient> byClient = new HashMap<>();

    void add(KafkaRule rule, int version, int index) {
      OfClient client =
          rule.clientId().isEmpty()
              ? anyClient
              : byClient.computeIfAbsent(rule.clientId(), _ -> new OfClient());
      client.byVersion.putIfAbsent(version, index);
    }

    int find(KafkaRequest request) {
      String id = request.clientId();
      OfClient client = id == null ? null : byClient.get(id);
      int rule = client == null ? RuleMatcher.NONE : client.find(request.apiVersion());
      return rule == RuleMatcher.NONE ? anyClient.find(request.apiVersion()) : rule;
    }
  }

  /** The rules for one API, one topic and one client. */
  private static final class OfClient {
    private final Map<Integer, Integer> byVersion = new HashMap<>();

    int find(int version) {
      if (byVersion.isEmpty()) {
        return RuleMatcher.NONE;
      }
      Integer any = byVersion.get(KafkaRule.ANY_VERSION);
      @Nullable Integer rule = any == null ? byVersion.get(version) : any;
      return rule == null ? RuleMatcher.NONE : rule;
    }
  }
}
