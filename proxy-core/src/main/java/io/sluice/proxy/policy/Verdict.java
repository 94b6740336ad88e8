package io.sluice.proxy.policy;

/**
 * The answer of the policy for one connection or one request: a {@link Permit} or a {@link Denial}.
 */
public sealed interface Verdict permits Permit, Denial {}
