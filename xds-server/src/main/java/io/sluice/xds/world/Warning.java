package io.sluice.xds.world;

/**
 * Something that is in force but probably not what was meant.
 *
 * @param source {@code file:line}
 * @param field the field's path; empty if the whole object is meant
 * @param reason the object by name, what it will do, and what was probably meant
 */
public record Warning(String source, String field, String reason) {}
