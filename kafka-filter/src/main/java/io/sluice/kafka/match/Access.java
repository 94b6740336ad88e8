package io.sluice.kafka.match;

import io.sluice.proxy.policy.rule.Request;

/**
 * What the policy judges: what a request does to one topic, to every topic, or apart from any. A
 * request that names several topics is judged once for each.
 *
 * @param request what it is part of
 * @param reach what it is about
 * @param topic the one topic; empty for another reach
 */
record Access(KafkaRequest request, Reach reach, String topic) implements Request {

  /** What an access is about. */
  enum Reach {
    /** No topic: a rule's topic makes no difference. */
    NO_TOPIC,
    /** One topic. */
    TOPIC,
    /** Every topic, or some that can't be told: a rule with a topic is not enough. */
    EVERY_TOPIC
  }

  static Access toNone(KafkaRequest request) {
    return new Access(request, Reach.NO_TOPIC, "");
  }

  static Access to(KafkaRequest request, String topic) {
    return new Access(request, Reach.TOPIC, topic);
  }

  static Access toEvery(KafkaRequest request) {
    return new Access(request, Reach.EVERY_TOPIC, "");
  }
}
