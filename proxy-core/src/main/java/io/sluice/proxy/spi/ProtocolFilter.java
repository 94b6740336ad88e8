package io.sluice.proxy.spi;

import io.sluice.proxy.policy.RuleCompiler;

/** A protocol module: its rules, and the handler that enforces them on a connection. */
public interface ProtocolFilter {

  /** How the module's rules are compiled; also names the protocol. */
  RuleCompiler rules();

  /** Makes the handler that owns the connection's bytes from the first one on. */
  FilterHandler handler(Connection connection);
}
