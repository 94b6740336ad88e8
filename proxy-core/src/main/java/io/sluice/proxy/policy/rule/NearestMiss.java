package io.sluice.proxy.policy.rule;

/**
 * A rule that did not match, and why.
 *
 * @param origin the rule
 * @param field the first field of the rule that did not hold, such as {@code path}
 * @param why what the rule wanted and what came; may quote traffic, so writers must escape it
 */
public record NearestMiss(RuleOrigin origin, String field, String why) {}
