package io.sluice.app.policy;

import io.sluice.app.exit.ExitCode;
import io.sluice.app.suite.CaseResult;
import io.sluice.app.suite.JunitReport;
import io.sluice.app.suite.Report;
import io.sluice.app.suite.Suite;
import io.sluice.app.suite.SuiteException;
import io.sluice.app.suite.SuiteReader;
import io.sluice.app.suite.SuiteRunner;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sluice policy test}: exit 0 if every case is as expected, 1 if not, 2 for a bad suite. */
@Command(
    name = "test",
    description = "Asks the questions of PolicyTest files and compares the answers.",
    mixinStandardHelpOptions = true)
final class TestCommand implements Callable<Integer> {

  /** How results are written. */
  enum Format {
    /** For people. */
    text,
    /** For programs. */
    json,
    /** For build servers. */
    junit
  }

  @Parameters(arity = "1..*", paramLabel = "SUITE.yaml", description = "Files of tests.")
  private List<Path> suites = List.of();

  @Option(
      names = {"-o", "--output"},
      description = "One of ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
  private Format output = Format.text;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    List<CaseResult> results = new ArrayList<>();
    boolean wrong = false;
    for (Path path : suites) {
      try {
        Suite suite = SuiteReader.read(path);
        results.addAll(SuiteRunner.run(suite));
      } catch (SuiteException broken) {
        spec.commandLine().getErr().println("sluice: " + broken.getMessage());
        wrong = true;
      }
    }
    if (wrong) {
      return ExitCode.USAGE;
    }
    PrintWriter out = spec.commandLine().getOut();
    switch (output) {
      case text -> Report.text(results, out);
      case json -> Report.json(results, out);
      case junit -> JunitReport.write(results, out);
    }
    return results.stream().allMatch(CaseResult::passed) ? ExitCode.OK : ExitCode.NO;
  }
}
