package io.sluice.app.judge;

import io.sluice.proxy.policy.rule.NearestMiss;
import io.sluice.proxy.policy.rule.RuleOrigin;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Writes answers for people: one line with the verdict, then what each end says and which rules
 * decided there, then the rules that came nearest.
 */
public final class AnswerText {
  private static final int MAX_NEAREST_MISSES = 5;

  private AnswerText() {}

  /** The answer in lines. */
  public static List<String> of(Answer answer) {
    List<String> lines = new ArrayList<>();
    lines.add(verdict(answer.outcome(), answer.layer(), answer.proxied()));
    List<NearestMiss> misses = new ArrayList<>();
    for (Side side :
        Stream.of(answer.egress(), answer.ingress()).filter(Objects::nonNull).toList()) {
      String way = side.equals(answer.egress()) ? "egress of " : "ingress of ";
      lines.add(
          "  "
              + way
              + side.endpoint()
              + ": "
              + verdict(side.outcome(), side.layer(), side.proxied())
              + ", "
              + side.reason());
      for (RuleOrigin rule : side.decidedBy()) {
        lines.add("    decided by " + name(rule));
      }
      if (side.forwarded() != null) {
        side.forwarded()
            .forEach((header, values) -> lines.add("    goes on with " + header + ": " + values));
      }
      misses.addAll(side.nearestMisses());
    }
    if (!misses.isEmpty()) {
      lines.add("  came nearest:");
      misses.stream()
          .limit(MAX_NEAREST_MISSES)
          .forEach(
              miss ->
                  lines.add(
                      "    " + name(miss.origin()) + ": " + miss.field() + ": " + miss.why()));
    }
    return lines.stream().map(AnswerText::printable).toList();
  }

  private static String verdict(Outcome outcome, Layer layer, boolean proxied) {
    return outcome + " at " + (layer == Layer.L7 ? "L7" : "L3/L4") + (proxied ? ", proxied" : "");
  }

  private static String name(RuleOrigin rule) {
    return Stream.of(rule.kind(), rule.policy(), rule.rule())
        .filter(part -> !part.isEmpty())
        .collect(Collectors.joining(" "));
  }

  /** Text that questions and policies bring along moves no cursor. */
  private static String printable(String line) {
    return line.replaceAll("\\p{Cntrl}", "?");
  }
}
