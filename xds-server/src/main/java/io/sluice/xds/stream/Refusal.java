package io.sluice.xds.stream;

/**
 * A version that a proxy refused; it goes on with what it had.
 *
 * @param typeUrl the type of the resources
 * @param version the version that it was sent
 * @param reason what it said, shortened and with control characters replaced
 */
public record Refusal(String typeUrl, long version, String reason) {}
