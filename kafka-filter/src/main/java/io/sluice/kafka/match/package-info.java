/**
 * The Kafka rules of one peer on one port as one matcher.
 *
 * <p>Starting points: {@link io.sluice.kafka.match.KafkaVerdict} (what becomes of a request),
 * {@link io.sluice.kafka.match.KafkaApi} (which requests are about topics), {@link
 * io.sluice.kafka.match.KafkaRule} (what a rule allows, and what it implies), {@link
 * io.sluice.kafka.match.KafkaRuleCompiler} (from the resource to the matcher).
 *
 * <p>Pure: knows what a request asks for and the policy types, no Netty, no relay, no Kafka
 * library.
 */
@NullMarked
package io.sluice.kafka.match;

import org.jspecify.annotations.NullMarked;
