package io.sluice.dns.match;

import io.sluice.proxy.policy.rule.Request;

/**
 * A query's one question.
 *
 * @param name asked for
 * @param type of the records asked for, 0..65535; no rule is about it, flows name it
 */
public record DnsRequest(DnsName name, int type) implements Request {}
