package io.sluice.app.suite;

import io.sluice.app.judge.Answer;
import io.sluice.app.judge.Judge;
import io.sluice.app.judge.PolicySet;
import io.sluice.app.judge.QuestionException;
import io.sluice.app.random.Scenario;
import io.sluice.xds.crd.Rejection;
import io.sluice.xds.source.ManifestFiles;
import io.sluice.xds.source.UnreadableManifestException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Puts a scenario to the engine as a user does: its text is read, admitted and judged. */
final class AskedScenario {
  private final Suite suite;
  private final PolicySet admitted;
  private final Judge judge;

  AskedScenario(Scenario scenario) {
    try {
      Path file = Files.createTempFile("scenario", ".yaml");
      try {
        Files.writeString(file, Scenario.yaml(scenario.suite()));
        suite = SuiteReader.read(file);
        PolicySet set = PolicySet.of(suite.cases().getFirst().settings().localCluster());
        for (List<Entry> entries : List.of(suite.world(), suite.policies())) {
          for (Entry entry : entries) {
            set = set.with(ManifestFiles.inline(suite.file(), entry.field()));
          }
        }
        admitted = set;
      } finally {
        Files.delete(file);
      }
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    } catch (SuiteException | UnreadableManifestException broken) {
      throw new IllegalStateException(broken);
    }
    try {
      this.judge = new Judge(admitted.world(), suite.fqdns(), suite.cases().getFirst().settings());
    } catch (QuestionException wrong) {
      throw new IllegalStateException(wrong);
    }
  }

  List<Rejection> rejected() {
    return admitted.rejected();
  }

  /** Answers the question with that number. */
  Answer ask(int question) {
    try {
      return judge.answer(suite.cases().get(question).question());
    } catch (QuestionException wrong) {
      throw new IllegalStateException(wrong);
    }
  }
}
