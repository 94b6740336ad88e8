package io.sluice.http;

import io.sluice.http.match.HttpRuleCompiler;
import io.sluice.http.relay.AuditReader;
import io.sluice.http.relay.HeadMemory;
import io.sluice.http.relay.HttpRelay;
import io.sluice.proxy.policy.rule.RuleCompiler;
import io.sluice.proxy.spi.AuditHandler;
import io.sluice.proxy.spi.Connection;
import io.sluice.proxy.spi.FilterHandler;
import io.sluice.proxy.spi.ProtocolFilter;

/** HTTP/1.1: every request is judged by itself, and only what was judged goes on. */
public final class HttpFilter implements ProtocolFilter {
  /** The share of the heap that large heads may take, over all connections. */
  private static final int HEAP_SHARE = 8;

  private final RuleCompiler rules = new HttpRuleCompiler();
  private final HeadMemory memory = new HeadMemory(Runtime.getRuntime().maxMemory() / HEAP_SHARE);

  @Override
  public RuleCompiler rules() {
    return rules;
  }

  @Override
  public FilterHandler handler(Connection connection) {
    return connection.policy().auditOnly()
        ? new AuditHandler(connection, new AuditReader(connection, memory))
        : new HttpRelay(connection, memory);
  }
}
