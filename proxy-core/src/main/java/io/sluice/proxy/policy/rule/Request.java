package io.sluice.proxy.policy.rule;

/**
 * A request in the form that a protocol module shows to its own rules.
 *
 * <p>Only the module that made it reads it; the policy passes it on to the module's {@link
 * RuleMatcher}.
 */
public interface Request {}
