package io.sluice.proxy.policy;

/**
 * What rules call the addresses of some names.
 *
 * @param identity the number that rules have for them; no address has it by itself
 * @param pattern the names, as a policy writes them: one name, or a pattern with {@code *}
 */
public record NameSelector(int identity, String pattern) {}
