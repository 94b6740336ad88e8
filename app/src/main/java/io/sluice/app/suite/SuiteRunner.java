package io.sluice.app.suite;

import io.sluice.app.judge.Judge;
import io.sluice.app.judge.PolicySet;
import io.sluice.app.judge.QuestionException;
import io.sluice.app.judge.Settings;
import io.sluice.xds.crd.Rejection;
import io.sluice.xds.source.Manifest;
import io.sluice.xds.source.ManifestFiles;
import io.sluice.xds.source.Manifests;
import io.sluice.xds.source.UnreadableManifestException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Runs the cases of one suite. The world is read and parsed once, policies once for each set of
 * them, and what is resolved for one case serves all that ask under the same policies and settings.
 */
public final class SuiteRunner {
  private final Suite suite;
  private final Path folder;
  private final PolicySet world;
  private final PolicySet shared;
  private final Map<Settings, Judge> judges = new HashMap<>();

  private SuiteRunner(Suite suite) throws SuiteException {
    this.suite = suite;
    Path parent = Path.of(suite.file()).getParent();
    this.folder = Objects.requireNonNullElse(parent, Path.of(""));
    this.world = PolicySet.NONE.with(manifests(suite.world()));
    for (Rejection rejection : world.rejectedObjects()) {
      throw new SuiteException(
          suite.file(),
          suite.world().getFirst().field().line(),
          "world",
          rejection.source() + ": " + rejection.field() + ": " + rejection.reason());
    }
    this.shared = world.with(manifests(suite.policies()));
  }

  /**
   * Runs all cases.
   *
   * @return one result for each case, in the order of the file
   * @throws SuiteException if the suite names what is not there
   */
  public static List<CaseResult> run(Suite suite) throws SuiteException {
    SuiteRunner runner = new SuiteRunner(suite);
    List<CaseResult> results = new ArrayList<>();
    for (Case each : suite.cases()) {
      Actual actual = runner.actual(each);
      Expectation expected = each.expectation();
      results.add(
          new CaseResult(
              suite.file(),
              each.name(),
              actual.meets(expected),
              expected.written(),
              actual.inTheFormOf(expected),
              actual.explanation()));
    }
    return List.copyOf(results);
  }

  private Actual actual(Case each) throws SuiteException {
    PolicySet policies = each.policies() == null ? shared : world.with(manifests(each.policies()));
    if (!policies.rejected().isEmpty()) {
      return Actual.rejected(policies.rejected());
    }
    if (each.question() == null) {
      return Actual.valid();
    }
    Judge judge =
        each.policies() == null
            ? judges.computeIfAbsent(each.settings(), settings -> judge(policies, settings))
            : judge(policies, each.settings());
    try {
      return Actual.of(judge.answer(each.question()));
    } catch (QuestionException wrong) {
      Entry entry = each.entry().get(wrong.key());
      throw Objects.requireNonNullElse(entry, each.entry())
          .wrong(String.valueOf(wrong.getMessage()));
    }
  }

  private Judge judge(PolicySet policies, Settings settings) {
    return new Judge(policies.world(), suite.fqdns(), settings);
  }

  /** Reads what a list names: files and folders beside the suite, or objects written into it. */
  private List<Manifest> manifests(List<Entry> entries) throws SuiteException {
    List<Manifest> manifests = new ArrayList<>();
    for (Entry entry : entries) {
      try {
        if (entry.isMapping()) {
          manifests.addAll(ManifestFiles.inline(suite.file(), entry.field()));
          continue;
        }
        Manifests read = ManifestFiles.read(List.of(folder.resolve(entry.text())));
        for (Manifests.Unreadable broken : read.unreadable()) {
          throw entry.wrong(broken.source() + ": " + broken.reason());
        }
        manifests.addAll(read.manifests());
      } catch (NoSuchFileException absent) {
        throw entry.wrong("there is no file or folder " + absent.getFile());
      } catch (UnreadableManifestException broken) {
        throw entry.wrong(String.valueOf(broken.getMessage()));
      }
    }
    return manifests;
  }
}
