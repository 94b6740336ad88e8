package io.sluice.app.policy;

import io.sluice.app.exit.ExitCode;
import io.sluice.app.exit.OutputOption;
import io.sluice.app.exit.Refusal;
import io.sluice.app.judge.Answer;
import io.sluice.app.judge.AnswerJson;
import io.sluice.app.judge.AnswerText;
import io.sluice.app.judge.Judge;
import io.sluice.app.judge.Outcome;
import io.sluice.app.judge.PolicySet;
import io.sluice.app.judge.QuestionException;
import io.sluice.app.judge.Settings;
import io.sluice.xds.crd.Rejection;
import io.sluice.xds.crd.read.Addresses;
import io.sluice.xds.source.ManifestFiles;
import io.sluice.xds.source.Manifests;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * {@code sluice policy explain}: exit 0 if it passes, 1 if it does not or an object was rejected.
 */
@Command(
    name = "explain",
    description = "Says whether a peer may reach another, which rule says so, and what came near.",
    mixinStandardHelpOptions = true)
final class ExplainCommand implements Callable<Integer> {
  @Option(
      names = "--world",
      required = true,
      paramLabel = "DIR",
      description = "A folder of manifests.")
  private Path world = Path.of("");

  @Option(
      names = "--policies",
      arity = "1..*",
      paramLabel = "PATH",
      description = "Files and folders with more policies.")
  private List<Path> policies = List.of();

  @Mixin private QuestionOptions question = new QuestionOptions();

  @Option(
      names = "--fqdn",
      paramLabel = "NAME=ADDRESS,…",
      description = "Addresses that are taken as learned for a name.")
  private List<String> fqdns = List.of();

  @Option(
      names = "--node",
      paramLabel = "NAME",
      description = "The local node (default: the node that holds the endpoint).")
  private String node = "";

  @Mixin private OutputOption output = new OutputOption();

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() throws Refusal {
    PolicySet objects = objects();
    Settings settings =
        new Settings(Settings.DEFAULT.enforcement(), false, Settings.DEFAULT.localCluster(), node);
    Answer answer;
    try {
      answer = new Judge(objects.world(), learned(), settings).answer(question.read());
    } catch (QuestionException wrong) {
      throw Refusal.usage("--" + wrong.key() + ": " + wrong.getMessage());
    }
    PrintWriter out = spec.commandLine().getOut();
    if (output.json()) {
      out.println(AnswerJson.of(answer).toPrettyString());
    } else {
      AnswerText.of(answer).forEach(out::println);
    }
    out.flush();
    boolean passes = answer.outcome() == Outcome.ALLOWED || answer.outcome() == Outcome.AUDIT;
    return passes && !warn(objects) ? ExitCode.OK : ExitCode.NO;
  }

  /** The world and the policies, without what was rejected. */
  private PolicySet objects() throws Refusal {
    List<Path> paths = new ArrayList<>(List.of(world));
    paths.addAll(policies);
    try {
      Manifests read = ManifestFiles.read(paths);
      for (Manifests.Unreadable broken : read.unreadable()) {
        throw Refusal.usage(broken.source() + ": " + broken.reason());
      }
      return PolicySet.of(Settings.DEFAULT.localCluster()).with(read.manifests());
    } catch (NoSuchFileException absent) {
      throw Refusal.usage("there is no file or folder " + absent.getFile());
    }
  }

  /** Names what was rejected, and returns whether anything was. */
  private boolean warn(PolicySet objects) {
    List<Rejection> rejected = new ArrayList<>(objects.rejectedObjects());
    rejected.addAll(objects.rejected());
    PrintWriter err = spec.commandLine().getErr();
    for (Rejection each : rejected) {
      err.println(
          "sluice: "
              + each.source()
              + ": "
              + each.kind()
              + " "
              + each.name()
              + " is rejected and the answer is without it: "
              + each.field()
              + ": "
              + each.reason());
    }
    return !rejected.isEmpty();
  }

  private Map<String, List<InetAddress>> learned() throws Refusal {
    Map<String, List<InetAddress>> learned = new LinkedHashMap<>();
    for (String text : fqdns) {
      int equals = text.indexOf('=');
      List<InetAddress> addresses = new ArrayList<>();
      boolean plain = equals > 0;
      for (String part : text.substring(equals + 1).split(",", -1)) {
        Optional<InetAddress> address = Addresses.plain(part);
        plain &= address.isPresent();
        address.ifPresent(addresses::add);
      }
      if (!plain) {
        throw Refusal.usage(
            "--fqdn: expected NAME=ADDRESS,…, such as db.example.com=192.0.2.7, found \""
                + text
                + "\"");
      }
      learned.computeIfAbsent(text.substring(0, equals), _ -> new ArrayList<>()).addAll(addresses);
    }
    return learned;
  }
}
