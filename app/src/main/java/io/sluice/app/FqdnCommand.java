package io.sluice.app;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.app.ask.AdminOption;
import io.sluice.app.exit.ExitCode;
import io.sluice.app.exit.OutputOption;
import io.sluice.app.exit.Refusal;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.StringJoiner;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sluice fqdn}: what the agent has learned of names. */
@Command(
    name = "fqdn",
    description = "Shows which addresses pods were given for names, and what policy makes of them.",
    mixinStandardHelpOptions = true,
    subcommands = {FqdnCommand.ListNames.class, FqdnCommand.Explain.class},
    synopsisSubcommandLabel = "COMMAND")
final class FqdnCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    spec.commandLine().usage(spec.commandLine().getErr());
    return ExitCode.USAGE;
  }

  /** Whom to ask, and how to answer. */
  static final class Asking {
    @Mixin private AdminOption admin = new AdminOption();

    @Mixin private OutputOption output = new OutputOption();

    /** The names that satisfy a test, as the agent gives them. */
    List<JsonNode> names(Predicate<JsonNode> wanted) throws Refusal {
      List<JsonNode> names = new ArrayList<>();
      for (JsonNode name : admin.page("/fqdn").path("names")) {
        if (wanted.test(name)) {
          names.add(name);
        }
      }
      return names;
    }

    void print(List<JsonNode> names, PrintWriter out, Printer text) {
      if (output.json()) {
        out.println(new ObjectMapper().valueToTree(names));
      } else {
        names.forEach(name -> text.print(name, out));
      }
    }
  }

  /** Writes one name for people. */
  @FunctionalInterface
  interface Printer {
    void print(JsonNode name, PrintWriter out);
  }

  /** {@code sluice fqdn list}. */
  @Command(
      name = "list",
      description = "Lists the names that pods have asked for, and the addresses they were given.",
      mixinStandardHelpOptions = true)
  static final class ListNames implements Callable<Integer> {
    @Mixin private Asking asking = new Asking();

    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws Refusal {
      asking.print(asking.names(name -> true), spec.commandLine().getOut(), ListNames::line);
      return ExitCode.OK;
    }

    private static void line(JsonNode name, PrintWriter out) {
      StringJoiner addresses = new StringJoiner(" ");
      name.path("addresses").forEach(one -> addresses.add(one.path("address").asText()));
      out.printf(
          "%-32s %s  %s%n", name.path("endpoint").asText(), name.path("name").asText(), addresses);
    }
  }

  /** {@code sluice fqdn explain}; exit 1 if nobody was given an address of the name. */
  @Command(
      name = "explain",
      description =
          "Says who asked for a name, which addresses it has, until when, whose, and how the same"
              + " pods are refused other names.",
      mixinStandardHelpOptions = true)
  static final class Explain implements Callable<Integer> {
    @Parameters(paramLabel = "NAME", description = "A name, with or without its final dot.")
    private String name = "";

    @Mixin private Asking asking = new Asking();

    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws Refusal {
      String absolute = (name.endsWith(".") ? name : name + ".").toLowerCase(Locale.ROOT);
      List<JsonNode> known = asking.names(one -> one.path("name").asText().equals(absolute));
      asking.print(known, spec.commandLine().getOut(), Explain::paragraph);
      if (known.isEmpty()) {
        throw Refusal.no(absolute + " has no address that is known: no pod was given one lately");
      }
      return ExitCode.OK;
    }

    private static void paragraph(JsonNode name, PrintWriter out) {
      out.printf("%s asked by %s%n", name.path("name").asText(), name.path("endpoint").asText());
      out.printf(
          "  selectors: %s%n", joined(name.path("selectors"), "none: no policy is about it"));
      out.printf(
          "  names that its DNS rules do not allow are answered: %s%n",
          joined(name.path("refusedAs"), "it has none"));
      for (JsonNode one : name.path("addresses")) {
        out.printf(
            "  %s until %s, or as long as it is connected to; identity %s; policies: %s%n",
            one.path("address").asText(),
            one.path("until").asText(),
            one.path("identity").asText(),
            joined(one.path("policies"), "none"));
      }
    }

    private static String joined(JsonNode texts, String none) {
      StringJoiner joined = new StringJoiner(", ");
      texts.forEach(text -> joined.add(text.asText()));
      return joined.length() == 0 ? none : joined.toString();
    }
  }
}
