package io.sluice.app;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.app.ask.AdminOption;
import io.sluice.app.exit.ExitCode;
import io.sluice.app.exit.OutputOption;
import io.sluice.app.exit.Refusal;
import java.io.PrintWriter;
import java.util.StringJoiner;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code sluice status}: what the agent enforces, and what it could not take; exit 1 if none. */
@Command(
    name = "status",
    description = "Shows what the agent of this network namespace enforces and what it rejected.",
    mixinStandardHelpOptions = true)
final class StatusCommand implements Callable<Integer> {

  @Mixin private AdminOption admin = new AdminOption();

  @Mixin private OutputOption output = new OutputOption();

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() throws Refusal {
    PrintWriter out = spec.commandLine().getOut();
    JsonNode status = admin.page("/status");
    if (output.json()) {
      out.println(status);
    } else {
      print(status, out);
    }
    return ExitCode.OK;
  }

  private static void print(JsonNode status, PrintWriter out) {
    out.printf(
        "node %s  sluice %s  policy version %s  steer %s  short-cut %s%n",
        status.path("node").asText(),
        status.path("version").asText(),
        status.path("policyVersion").asText(),
        status.path("steer").asText(),
        status.path("shortCut").asBoolean() ? "on" : "off");
    String row = "%-32s %-16s %-10s %-10s %-10s %s%n";
    out.printf(row, "ENDPOINT", "INTERFACE", "IDENTITY", "INGRESS", "EGRESS", "POLICIES");
    for (JsonNode endpoint : status.path("endpoints")) {
      out.printf(
          row,
          endpoint.path("name").asText(),
          endpoint.path("interface").asText(),
          endpoint.path("identity").asText(),
          endpoint.path("ingress").asText(),
          endpoint.path("egress").asText(),
          join(endpoint.path("policies")));
    }
    for (JsonNode rejected : status.path("rejected")) {
      out.printf(
          "REJECTED %s %s/%s (%s): %s: %s%s%n",
          rejected.path("kind").asText(),
          rejected.path("namespace").asText(),
          rejected.path("name").asText(),
          rejected.path("source").asText(),
          rejected.path("field").asText(),
          rejected.path("reason").asText(),
          rejected.path("lastGood").asBoolean() ? "; its last good version is in force" : "");
    }
    for (JsonNode warning : status.path("warnings")) {
      out.printf(
          "WARNING %s: %s: %s%n",
          warning.path("source").asText(),
          warning.path("field").asText(),
          warning.path("reason").asText());
    }
  }

  private static String join(JsonNode names) {
    StringJoiner joined = new StringJoiner(", ");
    names.forEach(name -> joined.add(name.asText()));
    return joined.toString();
  }
}
