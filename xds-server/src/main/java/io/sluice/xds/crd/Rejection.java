package io.sluice.xds.crd;

/**
 * An object that is not accepted as it stands.
 *
 * @param source {@code file:line} of the field
 * @param kind empty if not even that could be read
 * @param namespace empty for cluster-wide objects
 * @param name empty if not even that could be read
 * @param field the field's path; empty if the whole object is meant
 * @param reason what was wrong, what was expected, what to do
 * @param lastGood whether an earlier version of it stays in force
 */
public record Rejection(
    String source,
    String kind,
    String namespace,
    String name,
    String field,
    String reason,
    boolean lastGood) {}
