package io.sluice.app.suite;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.app.judge.Answer;
import io.sluice.app.judge.Layer;
import io.sluice.app.judge.Outcome;
import io.sluice.app.judge.Side;
import io.sluice.app.random.Dialect;
import io.sluice.app.random.Scenario;
import java.util.Map;
import java.util.function.Function;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import org.jspecify.annotations.Nullable;

/**
 * Whatever the world and its policies: auditing some of them changes no verdict of the others, and
 * is reported exactly where enforcing them would deny.
 */
class AuditTest {
  private static final int QUESTIONS = 40;

  /** The three questions that are one: what is, what would be, and what a rehearsal says. */
  private record Rehearsal(
      AskedScenario without, AskedScenario enforced, AskedScenario audited, int question) {

    void check(String about, Function<Answer, @Nullable Side> end) {
      Side now = end.apply(audited.ask(question));
      Side before = end.apply(without.ask(question));
      Side then = end.apply(enforced.ask(question));
      if (now == null || before == null || then == null) {
        // A node is an endpoint only while a policy is about it.
        assertThat(before).as(about).isNull();
        return;
      }
      boolean passes = before.outcome() == Outcome.ALLOWED;
      boolean wouldPass = then.outcome() == Outcome.ALLOWED || then.conflict();
      if (passes && !wouldPass) {
        assertThat(now.outcome()).as(about).isEqualTo(Outcome.AUDIT);
        assertThat(now.layer()).as(about).isEqualTo(then.layer());
        if (then.outcome() == Outcome.DENIED) {
          assertThat(now.decidedBy()).as(about).isEqualTo(then.decidedBy());
        }
      } else {
        assertThat(now.outcome()).as(about).isEqualTo(before.outcome());
      }
      assertThat(now.conflict()).as(about).isEqualTo(before.conflict());
      if (before.outcome() == Outcome.DENIED) {
        assertThat(now.layer()).as(about).isEqualTo(before.layer());
      }
      if (before.layer() == Layer.L7 && passes) {
        assertThat(now.forwarded()).as(about).isEqualTo(before.forwarded());
      }
    }
  }

  @Property(seed = "2", shrinking = ShrinkingMode.OFF)
  void auditedPoliciesDenyNothingAndReportWhatTheyWould(@ForAll long number) {
    Scenario scenario = Scenario.of(number, Dialect.SLUICE, QUESTIONS).auditedByPolicyOnly();
    AskedScenario audited = new AskedScenario(scenario);
    AskedScenario without = new AskedScenario(scenario.withoutAuditedPolicies());
    AskedScenario enforced = new AskedScenario(scenario.withoutAudit());
    for (int question = 0; question < QUESTIONS; question++) {
      Map<String, Object> asked = scenario.cases().get(question);
      Rehearsal rehearsal = new Rehearsal(without, enforced, audited, question);
      rehearsal.check("egress of scenario " + number + ": " + asked, Answer::egress);
      // What arrives may have been changed on its way out.
      if (audited.ask(question).egress() == null) {
        rehearsal.check("ingress of scenario " + number + ": " + asked, Answer::ingress);
      }
    }
  }
}
