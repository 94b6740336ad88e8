package io.sluice.xds.resolve;

/**
 * Why two rules can't be enforced together for one endpoint (policy language, V24 of 1.11).
 *
 * @param source {@code file:line} of the rule that came second
 * @param field its path
 * @param reason both rules by name, what is wrong, what to do
 */
public record Conflict(String source, String field, String reason) {}
