/**
 * What a rule is to everybody: the place in a policy object it was made from, how a protocol module
 * compiles its own kind and matches requests with it, and how near a rule came that did not match.
 *
 * <p>Starting points: {@link io.sluice.proxy.policy.rule.RuleCompiler}, {@link
 * io.sluice.proxy.policy.rule.RuleMatcher}.
 *
 * <p>Pure, and at the bottom: must not know verdicts, endpoints, or how policies are compiled.
 */
@NullMarked
package io.sluice.proxy.policy.rule;

import org.jspecify.annotations.NullMarked;
