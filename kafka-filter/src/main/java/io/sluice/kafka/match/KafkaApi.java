package io.sluice.kafka.match;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The APIs of which we know what their requests do to topics (Kafka 4.4). A request of any other is
 * judged as if it were about every topic, so a rule with a topic never allows one: cluster
 * administration, what only brokers send, and what later versions of Kafka bring.
 */
enum KafkaApi {
  PRODUCE(0, Topics.EACH),
  FETCH(1, Topics.EACH),
  OFFSETS(2, Topics.EACH),
  METADATA(3, Topics.LISTED_OR_NONE),
  OFFSET_COMMIT(8, Topics.EACH),
  OFFSET_FETCH(9, Topics.LISTED),
  FIND_COORDINATOR(10, Topics.NONE),
  // The topics in the next two are advice to other members; what counts is what they fetch.
  JOIN_GROUP(11, Topics.NONE),
  HEARTBEAT(12, Topics.NONE),
  LEAVE_GROUP(13, Topics.NONE),
  SYNC_GROUP(14, Topics.NONE),
  DESCRIBE_GROUPS(15, Topics.NONE),
  LIST_GROUPS(16, Topics.NONE),
  SASL_HANDSHAKE(17, Topics.NONE),
  API_VERSIONS(18, Topics.NONE),
  CREATE_TOPICS(19, Topics.EACH),
  DELETE_TOPICS(20, Topics.EACH),
  DELETE_RECORDS(21, Topics.EACH),
  INIT_PRODUCER_ID(22, Topics.NONE),
  OFFSET_FOR_LEADER_EPOCH(23, Topics.EACH),
  ADD_PARTITIONS_TO_TXN(24, Topics.TOGETHER),
  ADD_OFFSETS_TO_TXN(25, Topics.NONE),
  END_TXN(26, Topics.NONE),
  TXN_OFFSET_COMMIT(28, Topics.EACH),
  DESCRIBE_CONFIGS(32, Topics.EACH),
  ALTER_CONFIGS(33, Topics.EACH),
  ALTER_REPLICA_LOG_DIRS(34, Topics.EACH),
  DESCRIBE_LOG_DIRS(35, Topics.LISTED),
  SASL_AUTHENTICATE(36, Topics.NONE),
  CREATE_PARTITIONS(37, Topics.EACH),
  ELECT_LEADERS(43, Topics.EACH),
  INCREMENTAL_ALTER_CONFIGS(44, Topics.EACH),
  ALTER_PARTITION_REASSIGNMENTS(45, Topics.EACH),
  LIST_PARTITION_REASSIGNMENTS(46, Topics.LISTED),
  OFFSET_DELETE(47, Topics.EACH),
  DESCRIBE_CLUSTER(60, Topics.NONE),
  DESCRIBE_PRODUCERS(61, Topics.EACH),
  CONSUMER_GROUP_HEARTBEAT(68, Topics.TOGETHER_OR_NONE),
  CONSUMER_GROUP_DESCRIBE(69, Topics.NONE),
  GET_TELEMETRY_SUBSCRIPTIONS(71, Topics.NONE),
  PUSH_TELEMETRY(72, Topics.NONE),
  DESCRIBE_TOPIC_PARTITIONS(75, Topics.LISTED);

  /** What its requests have to do with topics. */
  enum Topics {
    /** Nothing. */
    NONE,
    /** Each topic is done or refused by itself; a request that names none is suspect. */
    EACH,
    /** Likewise; and where every topic is asked for, the answer can be thinned out. */
    LISTED,
    /** Likewise; and a request that names none is about none. */
    LISTED_OR_NONE,
    /** All of them are done or none. */
    TOGETHER,
    /** Likewise; and a request that names none is about none. */
    TOGETHER_OR_NONE;

    boolean mayBeNone() {
      return this == NONE || this == LISTED_OR_NONE || this == TOGETHER_OR_NONE;
    }

    boolean together() {
      return this == TOGETHER || this == TOGETHER_OR_NONE;
    }

    boolean listed() {
      return this == LISTED || this == LISTED_OR_NONE;
    }
  }

  private static final @Nullable KafkaApi[] BY_KEY = new KafkaApi[128];

  static {
    for (KafkaApi api : values()) {
      BY_KEY[api.key] = api;
    }
  }

  private final int key;
  private final Topics topics;

  KafkaApi(int key, Topics topics) {
    this.key = key;
    this.topics = topics;
  }

  /** Returns the API of a number, or null if it is none of these. */
  static @Nullable KafkaApi of(int key) {
    return key >= 0 && key < BY_KEY.length ? BY_KEY[key] : null;
  }

  /** Its name in the policy language, or its number. */
  static String label(int key) {
    KafkaApi api = of(key);
    return api == null
        ? Integer.toString(key)
        : api.name().replace("_", "").toLowerCase(Locale.ROOT);
  }

  int key() {
    return key;
  }

  Topics topics() {
    return topics;
  }
}
