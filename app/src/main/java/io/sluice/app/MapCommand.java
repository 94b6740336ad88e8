package io.sluice.app;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.app.exit.ExitCode;
import io.sluice.app.exit.OutputOption;
import io.sluice.app.exit.Refusal;
import io.sluice.bpf.steer.DatapathException;
import io.sluice.bpf.steer.KernelMaps;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code sluice map}: what the kernel judges by in this network namespace, whether an agent runs or
 * not.
 */
@Command(
    name = "map",
    description =
        "Shows what the kernel judges by in this network namespace, and what takes the short-cut.",
    mixinStandardHelpOptions = true,
    subcommands = {MapCommand.ListMaps.class, MapCommand.Dump.class},
    synopsisSubcommandLabel = "COMMAND")
final class MapCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    spec.commandLine().usage(spec.commandLine().getErr());
    return ExitCode.USAGE;
  }

  /** {@code sluice map list}. */
  @Command(
      name = "list",
      description = "Lists the maps and how many entries each has.",
      mixinStandardHelpOptions = true)
  static final class ListMaps implements Callable<Integer> {
    @Mixin private OutputOption output = new OutputOption();

    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws Refusal {
      Printer printer = new Printer(output, spec.commandLine().getOut());
      for (String name : KernelMaps.names()) {
        int[] entries = {0};
        each(name, _ -> entries[0]++);
        SequencedMap<String, Object> row = new LinkedHashMap<>();
        row.put("map", name);
        row.put("entries", entries[0]);
        printer.row(row);
      }
      printer.end();
      return ExitCode.OK;
    }
  }

  /** {@code sluice map dump}. */
  @Command(
      name = "dump",
      description = "Shows the entries of a map, in no order.",
      mixinStandardHelpOptions = true)
  static final class Dump implements Callable<Integer> {
    @Parameters(paramLabel = "NAME", description = "One of those that 'sluice map list' names.")
    private String name = "";

    @Mixin private OutputOption output = new OutputOption();

    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws Refusal {
      Printer printer = new Printer(output, spec.commandLine().getOut());
      each(name, printer::row);
      printer.end();
      return ExitCode.OK;
    }
  }

  private static void each(String name, Consumer<SequencedMap<String, Object>> sink)
      throws Refusal {
    try {
      KernelMaps.each(name, sink);
    } catch (IllegalArgumentException e) {
      throw Refusal.usage(String.valueOf(e.getMessage()));
    } catch (DatapathException e) {
      throw Refusal.machine(String.valueOf(e.getMessage()));
    }
  }

  /** Writes rows as they come, a line each; JSON is one array. */
  private static final class Printer {
    private final OutputOption output;
    private final PrintWriter out;
    private final ObjectMapper json = new ObjectMapper();
    private String before = "[";

    Printer(OutputOption output, PrintWriter out) {
      this.output = output;
      this.out = out;
    }

    void row(SequencedMap<String, Object> row) {
      if (output.json()) {
        out.print(before);
        out.println(text(row));
        before = ",";
        return;
      }
      out.println(
          row.entrySet().stream()
              .map(each -> each.getKey() + "=" + each.getValue())
              .collect(Collectors.joining(" ")));
    }

    void end() {
      if (output.json()) {
        out.println(before.equals("[") ? "[]" : "]");
      }
      out.flush();
    }

    private String text(SequencedMap<String, Object> row) {
      try {
        return json.writeValueAsString(row);
      } catch (JsonProcessingException e) {
        throw new IllegalStateException("strings, numbers and booleans are always JSON", e);
      }
    }
  }
}
