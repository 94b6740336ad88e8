package io.sluice.app.agent;

import io.sluice.dns.match.DnsRuleCompiler;
import io.sluice.grpc.match.GrpcRuleCompiler;
import io.sluice.http.HttpFilter;
import io.sluice.http.match.HttpRuleCompiler;
import io.sluice.kafka.match.KafkaRuleCompiler;
import io.sluice.proxy.policy.rule.RuleCompiler;
import io.sluice.proxy.servername.ServerNameRuleCompiler;
import io.sluice.proxy.spi.ProtocolFilter;
import java.util.List;

/** The protocols that this program knows: the one place that names them all. */
public final class Protocols {
  /** The rules that a policy may have; a connection under rules without a filter is refused. */
  public static final List<RuleCompiler> RULES =
      List.of(
          new HttpRuleCompiler(),
          new GrpcRuleCompiler(),
          new KafkaRuleCompiler(),
          new DnsRuleCompiler(),
          new ServerNameRuleCompiler());

  private Protocols() {}

  /** What judges connections. */
  static List<ProtocolFilter> filters(ProtocolFilter dns) {
    return List.of(new HttpFilter(), dns);
  }
}
