package io.sluice.kafka.match;

import io.sluice.kafka.match.KafkaApi.Topics;
import io.sluice.proxy.policy.Denial;
import io.sluice.proxy.policy.Verdict;
import io.sluice.proxy.policy.rule.Request;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of one request, and the policy's verdict on each part of it.
 *
 * @param effect what is done with the request
 * @param parts one for each topic, in the order of the request, and for a request that is about
 *     none or all, or goes on without any of its topics, one without
 */
public record KafkaVerdict(Effect effect, List<Part> parts) {
  private static final int MAX_TOPICS = 10_000;

  /** What is done with a request. */
  public enum Effect {
    /** It goes on as it is. */
    FORWARD,
    /** It goes on without the denied topics, whose errors are put into the answer. */
    CUT,
    /** It goes on; of the answer, only what the policy allows of the request's API is shown. */
    FILTER,
    /** It does not go on; it is answered with an error for each topic. */
    REFUSE
  }

  /**
   * The verdict on a part of a request.
   *
   * @param topic the topic, or null for what is not about one
   * @param verdict the policy's
   */
  public record Part(@Nullable String topic, Verdict verdict) {
    /** Whether it does not go on. */
    public boolean denied() {
      return verdict.permit() == null;
    }
  }

  /** Makes one; its parts no longer change. */
  public KafkaVerdict {
    parts = List.copyOf(parts);
  }

  /**
   * Judges a request.
   *
   * @param policy of the peer, asked once for each part
   */
  public static KafkaVerdict of(Function<? super Request, Verdict> policy, KafkaRequest request) {
    if (request.topics().size() > MAX_TOPICS) {
      Denial denial = Denial.because("more than " + MAX_TOPICS + " topics in one request");
      return new KafkaVerdict(Effect.REFUSE, List.of(new Part(null, denial)));
    }
    KafkaApi api = KafkaApi.of(request.apiKey());
    if (api == null) {
      return whole(policy.apply(Access.toEvery(request)));
    }
    if (api.topics() == Topics.NONE) {
      return whole(policy.apply(Access.toNone(request)));
    }
    return switch (request.scope()) {
      case UNKNOWN -> whole(policy.apply(Access.toEvery(request)));
      case EVERY -> every(policy, request, api.topics());
      case NAMED ->
          request.topics().isEmpty()
              ? whole(
                  policy.apply(
                      api.topics().mayBeNone() ? Access.toNone(request) : Access.toEvery(request)))
              : named(policy, request, api.topics());
    };
  }

  /**
   * Judges one topic in the answer to a request whose effect is {@link Effect#FILTER}.
   *
   * @param policy of the peer
   */
  public static Verdict ofListed(
      Function<? super Request, Verdict> policy, KafkaRequest request, String topic) {
    return policy.apply(Access.to(request, topic));
  }

  private static KafkaVerdict whole(Verdict verdict) {
    Part part = new Part(null, verdict);
    return new KafkaVerdict(part.denied() ? Effect.REFUSE : Effect.FORWARD, List.of(part));
  }

  private static KafkaVerdict every(
      Function<? super Request, Verdict> policy, KafkaRequest request, Topics topics) {
    KafkaVerdict all = whole(policy.apply(Access.toEvery(request)));
    if (all.effect == Effect.FORWARD || !topics.listed()) {
      return all;
    }
    Part some = new Part(null, policy.apply(Access.toNone(request)));
    return some.denied() ? all : new KafkaVerdict(Effect.FILTER, List.of(some));
  }

  private static KafkaVerdict named(
      Function<? super Request, Verdict> policy, KafkaRequest request, Topics topics) {
    List<Part> parts = new ArrayList<>(request.topics().size() + 1);
    int denied = 0;
    for (String topic : request.topics()) {
      Part part = new Part(topic, policy.apply(Access.to(request, topic)));
      parts.add(part);
      denied += part.denied() ? 1 : 0;
    }
    if (denied == 0) {
      return new KafkaVerdict(Effect.FORWARD, parts);
    }
    if (denied < parts.size()) {
      return new KafkaVerdict(topics.together() ? Effect.REFUSE : Effect.CUT, parts);
    }
    if (topics == Topics.LISTED_OR_NONE) {
      // Even a client that may know none of the topics needs the brokers, which come with them.
      Part none = new Part(null, policy.apply(Access.toNone(request)));
      if (!none.denied()) {
        parts.add(none);
        return new KafkaVerdict(Effect.CUT, parts);
      }
    }
    return new KafkaVerdict(Effect.REFUSE, parts);
  }

  /** The topics that the policy denies, as often as the request names them. */
  public List<String> deniedTopics() {
    List<String> denied = new ArrayList<>();
    for (Part part : parts) {
      if (part.denied() && part.topic() != null) {
        denied.add(part.topic());
      }
    }
    return denied;
  }

  /** Whether nothing of what the request asks for is done, though brokers may be named. */
  public boolean nothingAllowed() {
    if (effect == Effect.REFUSE) {
      return true;
    }
    boolean named = false;
    for (Part part : parts) {
      if (part.topic() != null) {
        named = true;
        if (!part.denied()) {
          return false;
        }
      }
    }
    return named;
  }
}
