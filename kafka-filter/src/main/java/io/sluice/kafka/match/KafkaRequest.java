package io.sluice.kafka.match;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one request asks for, as its header and body say it.
 *
 * @param apiKey the API, 0..32767
 * @param apiVersion its version, 0..32767
 * @param clientId what the client calls itself, or null if it does not
 * @param scope how the request says which topics it is about
 * @param topics those it names, as often as it names them
 * @param transactionalId or null; no rule is about it, flows name it
 * @param group or null; no rule is about it, flows name it
 */
public record KafkaRequest(
    int apiKey,
    int apiVersion,
    @Nullable String clientId,
    Scope scope,
    List<String> topics,
    @Nullable String transactionalId,
    @Nullable String group) {

  /** How a request says which topics it is about. */
  public enum Scope {
    /** By their names, or it is about none. */
    NAMED,
    /** It is about all there are: no list at all in most APIs. */
    EVERY,
    /** Not by names only: by ids, by a pattern, or by resources that are no topics. */
    UNKNOWN
  }

  /** Makes one; its topics no longer change. */
  public KafkaRequest {
    topics = List.copyOf(topics);
  }

  /** A request about these topics. */
  public static KafkaRequest naming(
      int apiKey, int apiVersion, @Nullable String clientId, List<String> topics) {
    return new KafkaRequest(apiKey, apiVersion, clientId, Scope.NAMED, topics, null, null);
  }
}
