package io.sluice.app.naive;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.app.naive.Answer.Verdict;
import io.sluice.app.random.Dialect;
import io.sluice.app.random.Scenario;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** An oracle that gave one answer to nearly all questions would prove nothing about others. */
class NaiveOracleTest {
  private static final int SCENARIOS = 60;
  private static final int QUESTIONS = 40;

  @Test
  void randomQuestionsMeetEveryVerdict() {
    Map<Verdict, Integer> seen = new EnumMap<>(Verdict.class);
    int judged = 0;
    for (long number = 0; number < SCENARIOS; number++) {
      Scenario scenario = Scenario.of(number, Dialect.SLUICE, QUESTIONS);
      NaiveOracle oracle =
          new NaiveOracle(
              scenario.world(),
              scenario.policies(),
              scenario.fqdns(),
              scenario.settings(),
              EnumSet.noneOf(Difference.class));
      for (Map<String, Object> question : scenario.cases()) {
        Answer answer = oracle.ask(question);
        seen.merge(answer.verdict(), 1, Integer::sum);
        judged += proxied(answer.egress()) || proxied(answer.ingress()) ? 1 : 0;
      }
    }
    int asked = SCENARIOS * QUESTIONS;
    assertThat(seen.get(Verdict.ALLOWED)).as("%s", seen).isBetween(asked / 4, asked * 3 / 4);
    assertThat(seen.get(Verdict.DENIED)).as("%s", seen).isGreaterThan(asked / 5);
    assertThat(seen.get(Verdict.AUDIT)).as("%s", seen).isGreaterThan(asked / 50);
    assertThat(seen).containsKeys(Verdict.PARTIAL, Verdict.CONFLICT);
    assertThat(judged).isGreaterThan(asked / 10);
  }

  private static boolean proxied(Answer.@Nullable Side side) {
    return side != null && side.proxied();
  }
}
