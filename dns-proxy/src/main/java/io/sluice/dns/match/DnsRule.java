package io.sluice.dns.match;

import io.sluice.proxy.policy.rule.NearestMiss;
import io.sluice.proxy.policy.rule.RuleOrigin;

/**
 * One rule: names that may be asked for.
 *
 * @param origin where it was written
 * @param field the field that it was written in
 * @param pattern the names
 */
record DnsRule(RuleOrigin origin, String field, NamePattern pattern) {

  NearestMiss explain(DnsName name) {
    return new NearestMiss(origin, field, "is " + name + ", the rule wants " + pattern);
  }
}
