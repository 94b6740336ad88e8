package io.sluice.proxy.policy.compile;

/**
 * A resource that was refused alone while all others were applied.
 *
 * @param resource its name in the discovery protocol: the decimal endpoint or identity number
 * @param about what it is about, for people, such as {@code prod/api}; may be empty
 * @param reason field, value, and what was expected
 * @param lastGood whether its last good version stays in force; if not, an endpoint denies
 *     everything and an identity has no address
 */
public record Rejection(String resource, String about, String reason, boolean lastGood) {}
