package io.sluice.app.suite;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Writes the results of suites, in the order in which they were run. */
public final class Report {
  private Report() {}

  /** One line for each file, each failure with its explanation, and last the sum. */
  public static void text(List<CaseResult> results, PrintWriter out) {
    byFile(results)
        .forEach(
            (file, cases) -> {
              List<CaseResult> failed = cases.stream().filter(each -> !each.passed()).toList();
              out.println(
                  (failed.isEmpty() ? "ok    " : "FAIL  ") + file + ": " + sum(cases, failed));
              for (CaseResult each : failed) {
                out.println("  " + printable(each.name()));
                out.println("    expected " + shown(each.expected()));
                out.println("    actual   " + shown(each.actual()));
                each.explanation().forEach(line -> out.println("      " + printable(line)));
              }
            });
    out.println(sum(results, results.stream().filter(each -> !each.passed()).toList()));
    out.flush();
  }

  private static String sum(List<CaseResult> all, List<CaseResult> failed) {
    return all.size() - failed.size() + " passed, " + failed.size() + " failed";
  }

  /** One JSON list with an object for each case. */
  public static void json(List<CaseResult> results, PrintWriter out) {
    ArrayNode list = JsonNodeFactory.instance.arrayNode();
    for (CaseResult each : results) {
      list.addObject()
          .put("file", each.file())
          .put("name", each.name())
          .put("passed", each.passed())
          .<com.fasterxml.jackson.databind.node.ObjectNode>set("expected", each.expected())
          .set("actual", each.actual());
    }
    out.println(list.toPrettyString());
    out.flush();
  }

  /** The results by the files they come from, in the order of the results. */
  static Map<String, List<CaseResult>> byFile(List<CaseResult> results) {
    Map<String, List<CaseResult>> byFile = new LinkedHashMap<>();
    for (CaseResult each : results) {
      byFile.computeIfAbsent(each.file(), _ -> new ArrayList<>()).add(each);
    }
    return byFile;
  }

  /** A word or a mapping in one line. */
  static String shown(com.fasterxml.jackson.databind.JsonNode value) {
    return value.isTextual() ? value.asText() : value.toString();
  }

  private static String printable(String line) {
    return line.replaceAll("\\p{Cntrl}", "?");
  }
}
