package io.sluice.app.judge;

import io.sluice.kafka.match.KafkaRequest;
import io.sluice.kafka.match.KafkaVerdict;
import io.sluice.proxy.policy.Audited;
import io.sluice.proxy.policy.PeerPolicy;
import io.sluice.proxy.policy.Verdict;
import io.sluice.xds.crd.policy.KafkaKeys;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Judges Kafka requests part by part, and says in one word what comes of the parts. */
final class KafkaRequests {
  private static final int LAST_KEY = 32_767;

  private KafkaRequests() {}

  /**
   * The number of an API by its name in the policy language, or by itself.
   *
   * @throws QuestionException if there is none of that name
   */
  static int apiKey(String text) throws QuestionException {
    OptionalInt named = KafkaKeys.number(text);
    int number = named.isPresent() ? named.getAsInt() : Traffic.number(text, LAST_KEY);
    if (number < 0) {
      throw new QuestionException(
          "kafka",
          "expected a number, or one of " + KafkaKeys.names() + ", found \"" + text + "\"");
    }
    return number;
  }

  private static int known(String apiKey) {
    try {
      return apiKey(apiKey);
    } catch (QuestionException unknown) {
      throw new IllegalStateException(unknown);
    }
  }

  static Judged judge(PeerPolicy policy, Layer7.Kafka kafka) {
    KafkaRequest request =
        new KafkaRequest(
            known(kafka.apiKey()),
            kafka.apiVersion(),
            sent(kafka.clientId()),
            KafkaRequest.Scope.NAMED,
            kafka.topics(),
            sent(kafka.transactionalId()),
            sent(kafka.group()));
    KafkaVerdict judged = KafkaVerdict.of(policy::explain, request);
    List<Verdict> verdicts = judged.parts().stream().map(KafkaVerdict.Part::verdict).toList();
    List<Verdict> denials = verdicts.stream().filter(each -> each.permit() == null).toList();
    if (judged.nothingAllowed()) {
      return Judged.of(Outcome.DENIED, reason(judged), denials);
    }
    if (!denials.isEmpty()) {
      return Judged.of(Outcome.PARTIAL, reason(judged), verdicts);
    }
    List<Verdict> audited = verdicts.stream().filter(Audited.class::isInstance).toList();
    return audited.isEmpty()
        ? Judged.of(Outcome.ALLOWED, "a rule allows the request", verdicts)
        : Judged.of(Outcome.AUDIT, audited(judged), audited);
  }

  private static @Nullable String sent(String text) {
    return text.isEmpty() ? null : text;
  }

  private static String reason(KafkaVerdict judged) {
    List<String> topics = judged.deniedTopics();
    return topics.isEmpty() ? "no rule matches" : refused(topics.stream());
  }

  private static String audited(KafkaVerdict judged) {
    List<String> topics =
        judged.parts().stream()
            .filter(part -> part.verdict() instanceof Audited)
            .flatMap(part -> Stream.ofNullable(part.topic()))
            .toList();
    return topics.isEmpty() ? "no rule matches" : refused(topics.stream());
  }

  private static String refused(Stream<String> topics) {
    return "no rule matches for the topics " + String.join(", ", topics.distinct().toList());
  }
}
