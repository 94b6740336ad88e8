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
  private final List<Manifest> world;
  private final List<Manifest> policies;
  private final Map<String, PolicySet> worlds = new HashMap<>();
  private final Map<String, PolicySet> shared = new HashMap<>();
  private final Map<Settings, Judge> judges = new HashMap<>();

  private SuiteRunner(Suite suite) throws SuiteException {
    this.suite = suite;
    Path parent = Path.of(suite.file()).getParent();
    this.folder = Objects.requireNonNullElse(parent, Path.of(""));
    this.world = manifests(suite.world());
    this.policies = manifests(suite.policies());
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
    String cluster = each.settings().localCluster();
    PolicySet inForce =
        each.policies() == null
            ? shared.computeIfAbsent(cluster, name -> world(name).with(policies))
            : world(cluster).with(manifests(each.policies()));
    refuseBrokenObjects(inForce, each);
    if (!inForce.rejected().isEmpty()) {
      return Actual.rejected(inForce.rejected());
    }
    if (each.question() == null) {
      return Actual.valid();
    }
    try {
      return Actual.of(judge(each, inForce).answer(each.question()));
    } catch (QuestionException wrong) {
      Entry entry = each.entry().get(wrong.key());
      throw Objects.requireNonNullElse(entry, each.entry())
          .wrong(String.valueOf(wrong.getMessage()));
    }
  }

  private PolicySet world(String cluster) {
    return worlds.computeIfAbsent(cluster, name -> PolicySet.of(name).with(world));
  }

  /** What is asked about a world without one of its pods proves nothing. */
  private static void refuseBrokenObjects(PolicySet inForce, Case each) throws SuiteException {
    for (Rejection rejection : inForce.rejectedObjects()) {
      throw each.entry()
          .wrong(
              "its world has an object with an error: "
                  + rejection.source()
                  + ": "
                  + rejection.field()
                  + ": "
                  + rejection.reason());
    }
  }

  private Judge judge(Case each, PolicySet inForce) throws QuestionException {
    Judge known = each.policies() == null ? judges.get(each.settings()) : null;
    if (known == null) {
      known = new Judge(inForce.world(), suite.fqdns(), each.settings());
      if (each.policies() == null) {
        judges.put(each.settings(), known);
      }
    }
    return known;
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
