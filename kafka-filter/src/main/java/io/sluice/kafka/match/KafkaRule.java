package io.sluice.kafka.match;

import static io.sluice.kafka.match.KafkaApi.ADD_OFFSETS_TO_TXN;
import static io.sluice.kafka.match.KafkaApi.ADD_PARTITIONS_TO_TXN;
import static io.sluice.kafka.match.KafkaApi.API_VERSIONS;
import static io.sluice.kafka.match.KafkaApi.CONSUMER_GROUP_HEARTBEAT;
import static io.sluice.kafka.match.KafkaApi.END_TXN;
import static io.sluice.kafka.match.KafkaApi.FETCH;
import static io.sluice.kafka.match.KafkaApi.FIND_COORDINATOR;
import static io.sluice.kafka.match.KafkaApi.HEARTBEAT;
import static io.sluice.kafka.match.KafkaApi.INIT_PRODUCER_ID;
import static io.sluice.kafka.match.KafkaApi.JOIN_GROUP;
import static io.sluice.kafka.match.KafkaApi.LEAVE_GROUP;
import static io.sluice.kafka.match.KafkaApi.METADATA;
import static io.sluice.kafka.match.KafkaApi.OFFSETS;
import static io.sluice.kafka.match.KafkaApi.OFFSET_COMMIT;
import static io.sluice.kafka.match.KafkaApi.OFFSET_FETCH;
import static io.sluice.kafka.match.KafkaApi.OFFSET_FOR_LEADER_EPOCH;
import static io.sluice.kafka.match.KafkaApi.PRODUCE;
import static io.sluice.kafka.match.KafkaApi.SASL_AUTHENTICATE;
import static io.sluice.kafka.match.KafkaApi.SASL_HANDSHAKE;
import static io.sluice.kafka.match.KafkaApi.SYNC_GROUP;
import static io.sluice.kafka.match.KafkaApi.TXN_OFFSET_COMMIT;

import io.sluice.kafka.match.Access.Reach;
import io.sluice.proxy.policy.rule.NearestMiss;
import io.sluice.proxy.policy.rule.RuleOrigin;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * One rule: API, version, client and topic must match.
 *
 * <p>Unless told otherwise it also allows, to the same client and on the same topic, what clients
 * can't do without to use what it names: without ApiVersions, SASL and the list of brokers no
 * client gets as far as its first request; a producer of today asks for a producer id, a
 * transactional one adds its partitions; a consumer looks up offsets and joins its group. What else
 * a rule has to say, a version for instance, is about the APIs that it names.
 *
 * @param origin where it was written
 * @param apiKeys any of them; none for every API
 * @param apiVersion or {@link #ANY_VERSION}
 * @param clientId or empty for any
 * @param topic or empty for any
 * @param implied the APIs that it allows beside those it names, at any version; on its topic only
 */
record KafkaRule(
    RuleOrigin origin,
    Set<Integer> apiKeys,
    int apiVersion,
    String clientId,
    String topic,
    Set<Integer> implied) {
  static final int ANY_VERSION = -1;

  private static final Set<KafkaApi> BY_ALL =
      Set.of(API_VERSIONS, SASL_HANDSHAKE, SASL_AUTHENTICATE);
  private static final Set<KafkaApi> BY_PRODUCE =
      Set.of(
          INIT_PRODUCER_ID, FIND_COORDINATOR, ADD_PARTITIONS_TO_TXN, ADD_OFFSETS_TO_TXN, END_TXN);
  private static final Set<KafkaApi> BY_FETCH =
      Set.of(
          OFFSETS,
          OFFSET_FOR_LEADER_EPOCH,
          FIND_COORDINATOR,
          JOIN_GROUP,
          SYNC_GROUP,
          HEARTBEAT,
          LEAVE_GROUP,
          CONSUMER_GROUP_HEARTBEAT,
          OFFSET_COMMIT,
          OFFSET_FETCH,
          TXN_OFFSET_COMMIT);

  /** What a rule that names these APIs implies. */
  static Set<Integer> impliedBy(Set<Integer> apiKeys) {
    Set<Integer> implied = new TreeSet<>();
    add(implied, BY_ALL);
    if (names(apiKeys, PRODUCE.key())) {
      add(implied, BY_PRODUCE);
    }
    if (names(apiKeys, FETCH.key())) {
      add(implied, BY_FETCH);
    }
    if (apiKeys.isEmpty() || apiKeys.stream().anyMatch(KafkaRule::isAboutTopics)) {
      implied.add(METADATA.key());
    }
    return Set.copyOf(implied);
  }

  private static void add(Set<Integer> keys, Set<KafkaApi> apis) {
    apis.forEach(api -> keys.add(api.key()));
  }

  private static boolean isAboutTopics(int key) {
    KafkaApi api = KafkaApi.of(key);
    return api != null && api.topics() != KafkaApi.Topics.NONE;
  }

  private static boolean names(Set<Integer> apiKeys, int apiKey) {
    return apiKeys.isEmpty() || apiKeys.contains(apiKey);
  }

  /** Whether it allows the access. */
  boolean allows(Access access) {
    return allowsApi(access)
        && allowsVersion(access)
        && allowsClient(access.request())
        && allowsTopic(access);
  }

  private boolean allowsApi(Access access) {
    int key = access.request().apiKey();
    return names(apiKeys, key) || implies(access);
  }

  private boolean implies(Access access) {
    int key = access.request().apiKey();
    boolean brokers = key == METADATA.key() && access.reach() == Reach.NO_TOPIC;
    return implied.contains(key) || (brokers && impliesBrokers());
  }

  /** Whether it implies the list of brokers, which is metadata of no topic. */
  boolean impliesBrokers() {
    return !implied.isEmpty();
  }

  private boolean allowsVersion(Access access) {
    return apiVersion == ANY_VERSION
        || apiVersion == access.request().apiVersion()
        || implies(access);
  }

  private boolean allowsClient(KafkaRequest request) {
    return clientId.isEmpty() || clientId.equals(request.clientId());
  }

  private boolean allowsTopic(Access access) {
    return switch (access.reach()) {
      case NO_TOPIC -> true;
      case TOPIC ->
          TopicName.isValid(access.topic()) && (topic.isEmpty() || topic.equals(access.topic()));
      case EVERY_TOPIC -> topic.isEmpty();
    };
  }

  /** How many of its conditions the access meets. */
  int nearness(Access access) {
    return (allowsApi(access) ? 8 : 0)
        + (allowsTopic(access) ? 4 : 0)
        + (allowsClient(access.request()) ? 2 : 0)
        + (allowsVersion(access) ? 1 : 0);
  }

  /** Says what of it does not hold. */
  NearestMiss explain(Access access) {
    List<String> matched = new ArrayList<>();
    if (!apiKeys.isEmpty() && allowsApi(access)) {
      matched.add("apiKey");
    }
    if (apiVersion != ANY_VERSION && allowsVersion(access)) {
      matched.add("apiVersion");
    }
    if (!clientId.isEmpty() && allowsClient(access.request())) {
      matched.add("clientID");
    }
    if (access.reach() == Reach.TOPIC && access.topic().equals(topic)) {
      matched.add("topic");
    }
    return miss(access).although(matched);
  }

  private NearestMiss miss(Access access) {
    KafkaRequest request = access.request();
    if (!allowsApi(access)) {
      String wanted =
          apiKeys.stream().sorted().map(KafkaApi::label).collect(Collectors.joining(" or "));
      return miss("apiKey", "is " + KafkaApi.label(request.apiKey()), wanted);
    }
    if (!allowsVersion(access)) {
      return miss("apiVersion", "is " + request.apiVersion(), Integer.toString(apiVersion));
    }
    if (!allowsClient(request)) {
      String came = request.clientId();
      return miss("clientID", came == null ? "there is none" : "is " + cut(came), clientId);
    }
    if (access.reach() == Reach.EVERY_TOPIC) {
      return miss("topic", "is any, or can't be told", topic);
    }
    if (!TopicName.isValid(access.topic())) {
      return new NearestMiss(origin, "topic", "is no name that a topic can have");
    }
    return miss("topic", "is " + access.topic(), topic);
  }

  private NearestMiss miss(String field, String came, String wanted) {
    return new NearestMiss(origin, field, came + ", the rule wants " + wanted);
  }

  private static String cut(String text) {
    return text.length() > 128 ? text.substring(0, 128) + "…" : text;
  }
}
