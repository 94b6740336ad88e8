package io.sluice.proxy.spi;

import io.sluice.proxy.policy.rule.RuleCompiler;

/** A protocol module: its rules, and the handler that enforces them on a connection. */
public interface ProtocolFilter {

  /** How the module's rules are compiled; also names the protocol. */
  RuleCompiler rules();

  /**
   * Makes the handler that owns the connection's bytes from the first one on.
   *
   * <p>Where the connection's policy is {@linkplain io.sluice.proxy.policy.PeerPolicy#auditOnly
   * audit only}, it may be of any protocol, and the server may be the one to speak first: the
   * handler opens the upstream at once, passes every byte on as it came, and records what it can
   * read.
   */
  FilterHandler handler(Connection connection);
}
