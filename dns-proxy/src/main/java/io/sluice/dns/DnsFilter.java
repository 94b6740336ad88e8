package io.sluice.dns;

import io.sluice.dns.match.DnsRuleCompiler;
import io.sluice.dns.relay.DnsRelay;
import io.sluice.dns.relay.TcpOnlooker;
import io.sluice.dns.relay.TcpRelay;
import io.sluice.proxy.policy.rule.RuleCompiler;
import io.sluice.proxy.spi.AuditHandler;
import io.sluice.proxy.spi.Connection;
import io.sluice.proxy.spi.FilterHandler;
import io.sluice.proxy.spi.ProtocolFilter;

/** DNS over TCP: every query of a connection is judged by itself. */
public final class DnsFilter implements ProtocolFilter {
  private final RuleCompiler rules = new DnsRuleCompiler();
  private final DnsRelay relay;

  /** Makes it on the relay that queries over UDP take too. */
  public DnsFilter(DnsRelay relay) {
    this.relay = relay;
  }

  @Override
  public RuleCompiler rules() {
    return rules;
  }

  @Override
  public FilterHandler handler(Connection connection) {
    return connection.policy().auditOnly()
        ? new AuditHandler(connection, new TcpOnlooker(connection, relay))
        : new TcpRelay(connection, relay);
  }
}
