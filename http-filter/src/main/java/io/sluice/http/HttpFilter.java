package io.sluice.http;

import io.sluice.http.match.HttpRuleCompiler;
import io.sluice.http.relay.HttpRelay;
import io.sluice.proxy.policy.RuleCompiler;
import io.sluice.proxy.spi.Connection;
import io.sluice.proxy.spi.FilterHandler;
import io.sluice.proxy.spi.ProtocolFilter;

/** HTTP/1.1: every request is judged by itself, and only what was judged goes on. */
public final class HttpFilter implements ProtocolFilter {
  private final RuleCompiler rules = new HttpRuleCompiler();

  @Override
  public RuleCompiler rules() {
    return rules;
  }

  @Override
  public FilterHandler handler(Connection connection) {
    return new HttpRelay(connection);
  }
}
