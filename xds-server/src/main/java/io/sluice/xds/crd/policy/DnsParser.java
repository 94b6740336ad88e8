package io.sluice.xds.crd.policy;

import io.sluice.xds.crd.read.Located;
import io.sluice.xds.crd.read.RejectedException;
import io.sluice.xds.world.L7Rules.DnsRule;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Reads {@code rules.dns} (policy language, 5.7). */
final class DnsParser {
  private final Bounds bounds;

  DnsParser(Bounds bounds) {
    this.bounds = bounds;
  }

  /** Reads a list of DNS rules; an element with both a name and a pattern is two. */
  List<DnsRule> list(Located list) throws RejectedException {
    return list.each(this::rule).stream().flatMap(List::stream).toList();
  }

  private List<DnsRule> rule(Located rule) throws RejectedException {
    bounds.addL7Rule(rule);
    rule.allow(Set.of("matchName", "matchPattern"));
    List<DnsRule> rules = new ArrayList<>();
    if (!rule.text("matchName").isEmpty()) {
      rules.add(new DnsRule(rule.place(), Names.name(rule.require("matchName")), true));
    }
    if (!rule.text("matchPattern").isEmpty()) {
      rules.add(new DnsRule(rule.place(), Names.pattern(rule.require("matchPattern")), false));
    }
    if (rules.isEmpty()) {
      throw rule.reject("needs matchName or matchPattern; matchPattern: \"*\" means every name");
    }
    if (rules.size() > 1) {
      rule.warn(
          "allows the name and the pattern; write two elements, because an API server does not"
              + " accept both in one");
    }
    return List.copyOf(rules);
  }
}
