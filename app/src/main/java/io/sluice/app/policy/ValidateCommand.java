package io.sluice.app.policy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.app.exit.ExitCode;
import io.sluice.app.exit.OutputOption;
import io.sluice.app.exit.Refusal;
import java.io.PrintWriter;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sluice policy validate}: exit 0 if no object has an error, 1 if one has. */
@Command(
    name = "validate",
    description = "Checks policies, and warns of what was probably not meant.",
    mixinStandardHelpOptions = true)
final class ValidateCommand implements Callable<Integer> {
  @Parameters(
      arity = "1..*",
      paramLabel = "FILE|DIR",
      description =
          "Files and folders of manifests, - for standard input; they are taken as being in force"
              + " together.")
  private List<Path> paths = List.of();

  @Mixin private OutputOption output = new OutputOption();

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() throws Refusal {
    List<Validation> validations;
    try {
      validations = Validation.of(paths.stream().map(ValidateCommand::named).toList());
    } catch (NoSuchFileException absent) {
      throw Refusal.usage("there is no file or folder " + absent.getFile());
    }
    if (validations.isEmpty()) {
      spec.commandLine().getErr().println("sluice: there is no object in " + paths);
    }
    PrintWriter out = spec.commandLine().getOut();
    if (output.json()) {
      out.println(json(validations).toPrettyString());
    } else {
      validations.forEach(each -> out.println(text(each)));
    }
    out.flush();
    boolean wrong = validations.stream().anyMatch(each -> each.level() == Validation.Level.ERROR);
    return wrong ? ExitCode.NO : ExitCode.OK;
  }

  private static Path named(Path path) {
    return path.toString().equals("-") ? Path.of("/dev/stdin") : path;
  }

  private static ArrayNode json(List<Validation> validations) {
    ArrayNode all = new ObjectMapper().createArrayNode();
    for (Validation each : validations) {
      ObjectNode node = all.addObject();
      node.put("file", each.file());
      node.put("line", each.line());
      node.put("kind", each.kind());
      node.put("namespace", each.namespace());
      node.put("name", each.name());
      node.put("level", each.level().name());
      node.put("field", each.field());
      node.put("reason", each.reason());
    }
    return all;
  }

  private static String text(Validation each) {
    StringBuilder line = new StringBuilder();
    line.append(each.file()).append(':').append(each.line()).append(": ").append(each.level());
    if (!each.kind().isEmpty()) {
      line.append(' ').append(each.kind()).append(' ');
      if (!each.namespace().isEmpty()) {
        line.append(each.namespace()).append('/');
      }
      line.append(each.name());
    }
    if (!each.field().isEmpty()) {
      line.append(' ').append(each.field());
    }
    if (!each.reason().isEmpty()) {
      line.append(": ").append(each.reason());
    }
    return line.toString().replaceAll("\\p{Cntrl}", "?");
  }
}
