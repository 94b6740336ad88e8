package io.sluice.proxy.servername;

import io.sluice.proxy.policy.rule.Request;

/**
 * The beginning of a connection, as far as rules about server names see it.
 *
 * @param serverName as the client sent it; empty if it named none or does not speak TLS
 */
public record Handshake(String serverName) implements Request {}
