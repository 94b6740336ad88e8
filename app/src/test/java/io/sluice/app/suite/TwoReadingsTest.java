package io.sluice.app.suite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.sluice.app.judge.Layer;
import io.sluice.app.judge.Outcome;
import io.sluice.app.judge.Side;
import io.sluice.app.naive.Answer;
import io.sluice.app.naive.Difference;
import io.sluice.app.naive.NaiveOracle;
import io.sluice.app.random.Dialect;
import io.sluice.app.random.Scenario;
import io.sluice.app.random.Shrinker;
import java.util.EnumSet;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import org.jspecify.annotations.Nullable;

/** Whatever the world and its policies: the engine decides as the plain reading of them does. */
class TwoReadingsTest {
  private static final int QUESTIONS = 40;

  @Property(seed = "1", shrinking = ShrinkingMode.OFF)
  void theEngineDecidesAsThePlainReading(@ForAll long number) {
    Scenario scenario = Scenario.of(number, Dialect.SLUICE, QUESTIONS);
    AskedScenario engine = new AskedScenario(scenario);
    assertThat(engine.rejected()).as("rejected of scenario %s", number).isEmpty();
    for (int question = 0; question < QUESTIONS; question++) {
      if (differ(scenario, engine, question)) {
        fail("scenario " + number + ", shrunk:\n" + report(scenario, question));
      }
    }
  }

  private static NaiveOracle naive(Scenario scenario) {
    return new NaiveOracle(
        scenario.world(),
        scenario.policies(),
        scenario.fqdns(),
        scenario.settings(),
        EnumSet.noneOf(Difference.class));
  }

  private static boolean differ(Scenario scenario, AskedScenario engine, int question) {
    Answer plain = naive(scenario).ask(scenario.cases().get(question));
    io.sluice.app.judge.Answer compiled = engine.ask(question);
    return !text(plain.egress()).equals(text(compiled.egress()))
        || !text(plain.ingress()).equals(text(compiled.ingress()));
  }

  private static String text(Answer.@Nullable Side side) {
    if (side == null) {
      return "no endpoint";
    }
    String layer = side.verdict() == Answer.Verdict.DENIED && side.atL7() ? " at L7" : "";
    return side.verdict() + layer + (side.proxied() ? " proxied" : "");
  }

  private static String text(@Nullable Side side) {
    if (side == null) {
      return "no endpoint";
    }
    if (side.conflict()) {
      return "CONFLICT";
    }
    boolean atL7 = side.outcome() == Outcome.DENIED && side.layer() == Layer.L7;
    return side.outcome() + (atL7 ? " at L7" : "") + (side.proxied() ? " proxied" : "");
  }

  /** The question with as little of the policies as still shows the difference. */
  private static String report(Scenario scenario, int question) {
    Scenario one = scenario.withCases(List.of(scenario.cases().get(question)));
    Scenario smallest =
        Shrinker.smallest(
            one,
            candidate -> {
              try {
                AskedScenario engine = new AskedScenario(candidate);
                return engine.rejected().isEmpty() && differ(candidate, engine, 0);
              } catch (RuntimeException invalid) {
                return false;
              }
            });
    Answer plain = naive(smallest).ask(smallest.cases().getFirst());
    io.sluice.app.judge.Answer compiled = new AskedScenario(smallest).ask(0);
    return String.format(
        "plain reading: egress %s, ingress %s%nengine: egress %s, ingress %s%n%s%s%s%s",
        text(plain.egress()),
        text(plain.ingress()),
        text(compiled.egress()),
        text(compiled.ingress()),
        Scenario.yaml(smallest.settings()),
        Scenario.yaml(smallest.cases().getFirst()),
        Scenario.yaml(smallest.policies()),
        Scenario.yaml(smallest.fqdns()));
  }
}
